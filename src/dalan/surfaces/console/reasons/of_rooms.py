"""Why the rooms of the market refuse: people, posts, chats, money."""

from typing import Final

from dalan.surfaces.html.i18n import marked

OF_ROOMS: Final[dict[str, str]] = {
    "businesses.already_member": marked("The person works at the business already."),
    "businesses.invalid": marked("Something the business says about itself cannot be accepted."),
    "businesses.last_owner": marked("A business keeps at least one owner."),
    "businesses.not_yours": marked(
        "The person does not work there, or not in a role that may do this."
    ),
    "businesses.too_many": marked("There are as many members, apps or businesses as there may be."),
    "businesses.unknown_colleague": marked("The person does not work at the business."),
    "businesses.unknown": marked("No business has this token, or it was closed."),
    "charges.invalid_field": marked("The charge cannot be like this; the message names the field."),
    "charges.not_paid": marked("The app asks for the money before the person has paid."),
    "charges.only_own_team": marked("An app in development takes money from its own team alone."),
    "charges.over": marked("The time of the charge is over, or the person said no."),
    "charges.too_many_open": marked("Many payments the app asked this person for still wait."),
    "charges.unknown_charge": marked(
        "There is no such charge, or it is another app’s or person’s."
    ),
    "chat.closed": marked("Nobody can begin a conversation about this post."),
    "chat.delivery_restricted": marked(
        "One side blocked the other, left, or is shut out of chats."
    ),
    "chat.invalid_message": marked(
        "A message cannot be like this: empty, too long, or a button without an action."
    ),
    "chat.invalid_report": marked("A report has a known reason, and another reason is told."),
    "chat.limit": marked("So much was written lately that it must wait a while."),
    "chat.no_bot": marked("The app has no bot for this person."),
    "chat.not_as_seen": marked("It was decided already, or changed meanwhile."),
    "chat.not_their_conversation": marked(
        "The person who agreed is no part of the conversation, or not on that side."
    ),
    "chat.own_post": marked("Nobody writes to themselves about their own post."),
    "chat.real_conversation": marked("An app in development writes about development posts only."),
    "chat.too_many_streams": marked("As many browsers listen as one process takes."),
    "chat.unknown_conversation": marked(
        "There is no such conversation, or whoever asks is no part of it."
    ),
    "identity.account_exists": marked("The person has an account with this card or sheba already."),
    "identity.account_not_confirmed": marked("The code that was sent for the account comes first."),
    "identity.account_verified": marked("The account was verified before."),
    "identity.code_not_sent": marked("The code could not be handed to whoever delivers it."),
    "identity.identity_differs": marked(
        "The person is known with another national code or birthday."
    ),
    "identity.invalid_birthday": marked("The birthday is no date, or not one a person can have."),
    "identity.invalid_card": marked("The number is not that of a bank card."),
    "identity.invalid_national_code": marked("The number is no national code."),
    "identity.invalid_sheba": marked("The number is no sheba."),
    "identity.no_such_bank_account": marked("The person has no such bank account."),
    "identity.no_such_person": marked("There is no such person in this world."),
    "identity.no_such_session": marked("The session has ended already, or is somebody else’s."),
    "identity.numbers_missing": marked("Neither a card nor a sheba was given."),
    "identity.person_blocked": marked("The operator has shut this person out."),
    "identity.phone_taken": marked("The number is another account’s."),
    "identity.phone_unchanged": marked("The number is the person’s already."),
    "identity.status_not_theirs": marked(
        "Only a proof makes an account verified, not its owner’s word."
    ),
    "identity.too_many_accounts": marked("The person has as many bank accounts as one may have."),
    "identity.too_many_codes": marked(
        "The number was sent as many codes as it may be within an hour."
    ),
    "ledger.insufficient_funds": marked("An account holds less than would be taken from it."),
    "ledger.reference_reused": marked("Another transfer was made under this reference."),
    "ledger.unknown_transfer": marked("Nothing was ever moved under this reference."),
    "money.not_whole_tomans": marked("The amount of rials equals no whole number of tomans."),
    "money.out_of_range": marked("The amount does not fit into 64 bits of rials."),
    "paging.invalid_cursor": marked("No listing of this kind gave out this cursor."),
    "payments.invalid_field": marked(
        "Something a payment, price, ticket or report says cannot be accepted."
    ),
    "payments.not_internal": marked(
        "Only apps of the service type INTERNAL issue payment tickets."
    ),
    "payments.not_submitted_by_app": marked(
        "An app pays for publishing what it submitted itself, and nothing else."
    ),
    "payments.price_changed": marked("It costs something else now than the payer agreed to."),
    "payments.reference_reported": marked(
        "The app reported a payment under this reference already."
    ),
    "payments.ticket_of_other_person": marked("The ticket was issued to somebody else."),
    "payments.ticket_of_other_service": marked("The ticket is for another kind of service."),
    "payments.ticket_too_small": marked("The service costs more than the ticket sponsors."),
    "payments.ticket_user_missing": marked(
        "A ticket is checked for somebody, and nobody was named."
    ),
    "payments.transaction_exists": marked(
        "The payer made another payment under the same id already."
    ),
    "payments.unknown_ticket": marked("No such ticket was issued, or it is over, or spent."),
    "payments.unknown_transaction": marked("The payer has no payment of that id."),
    "phone.invalid": marked("What was given is not the number of a mobile phone."),
    "posts.banned": marked("An operator keeps the person from posting."),
    "posts.contact_limit": marked("Whoever asks was shown as many numbers today as one may."),
    "posts.development_limit": marked("The developer has as many development posts as one may."),
    "posts.drafts_full": marked("Too many people who are not signed in have drafts."),
    "posts.duplicate": marked("The person has a post that says the same already."),
    "posts.invalid": marked("Something the post says about itself cannot be accepted."),
    "posts.no_such_edit": marked("The post has no edit waiting for a reviewer, or no longer."),
    "posts.offender": marked("Reviewers refused too many of the person’s posts lately."),
    "posts.submission_limit": marked("The person submitted as many posts lately as one may."),
    "posts.too_soon": marked("The post was listed anew a short while ago, or is not near its end."),
    "posts.unknown_draft": marked("There is no such draft, or it is somebody else’s."),
    "posts.unknown": marked(
        "No post has this token, or it was deleted, or the asker may not know of it."
    ),
    "posts.wrong_state": marked("The post is not in a state from which this may be done."),
    "text.too_long": marked("A text has more characters than its place allows."),
    "wallet.amount_out_of_bounds": marked("No gateway takes so little, or so much, at once."),
    "wallet.forged_return": marked("Whoever came back from the bank named another payment."),
    "wallet.gateway_failed": marked("The payment gateway could not be reached or understood."),
    "wallet.gateway_refused": marked("The payment gateway answered with a refusal."),
    "wallet.no_gateway": marked("Nobody can pay here: the operator has set no gateway."),
    "wallet.too_many_unpaid": marked("The person began many payments lately and finished none."),
    "wallet.unknown_payment": marked("There is no such payment, or it is somebody else’s."),
}
