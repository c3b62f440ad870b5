/* Amounts as people write and say them. */
const UNITS = ["", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده", "یازده", "دوازده", "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده"];
const TENS = ["", "", "بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"];
const HUNDREDS = ["", "یکصد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"];
const SCALES = ["", "هزار", "میلیون", "میلیارد", "تریلیون", "کوادریلیون"];

/* Latin digits for Persian and Arabic-Indic ones. */
export function latin(text) {
  return text
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660));
}

/* "1250000" becomes "1,250,000". */
export function grouped(digits) {
  return digits.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ",");
}

/* "1250000" becomes «یک میلیون و دویست و پنجاه هزار». */
export function inWords(digits) {
  const clean = digits.replace(/^0+/, "");
  if (!clean) return "صفر";
  const parts = [];
  for (let end = clean.length, scale = 0; end > 0; end -= 3, scale += 1) {
    const three = Number(clean.slice(Math.max(0, end - 3), end));
    if (three) parts.unshift(`${underThousand(three)} ${SCALES[scale]}`.trim());
  }
  return parts.join(" و ");
}

function underThousand(number) {
  const rest = number % 100;
  const small = rest < 20 ? [UNITS[rest]] : [TENS[Math.floor(rest / 10)], UNITS[rest % 10]];
  return [HUNDREDS[Math.floor(number / 100)], ...small].filter(Boolean).join(" و ");
}
