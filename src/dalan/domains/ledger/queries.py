"""The room's only statements."""

from sqlalchemy import BigInteger, Integer, bindparam, func, insert, select, update

from dalan.domains.ledger.tables import (
    Account,
    Line,
    StatementLine,
    Transfer,
    ledger_account,
    ledger_line,
    ledger_transfer,
)
from dalan.kernel.db import Id, in_list, statement, upsert

open_account = statement(
    upsert(ledger_account, key=["kind", "holder_id"]),
    sets=["kind", "holder_id", "balance_rials", "opened_at"],
)
"""Have an account; one that is there stays as it is."""

account = statement(
    select(ledger_account).where(
        ledger_account.c.kind == bindparam("kind"),
        ledger_account.c.holder_id == bindparam("holder_id", type_=Id),
    ),
    into=Account,
)
"""The account of that kind and holder."""

balances = statement(
    select(ledger_account.c.holder_id, ledger_account.c.balance_rials).where(
        ledger_account.c.kind == bindparam("kind"),
        in_list(ledger_account.c.holder_id, "holder_ids"),
    )
)
"""What each of these holders has in an account of that kind, where they have one."""

move = statement(
    update(ledger_account)
    .where(
        ledger_account.c.id == bindparam("account_id", type_=Id),
        ledger_account.c.balance_rials + bindparam("amount", type_=BigInteger)
        >= bindparam("least", type_=BigInteger),
    )
    .values(balance_rials=ledger_account.c.balance_rials + bindparam("amount", type_=BigInteger))
    .returning(ledger_account.c.balance_rials)
)
"""Add to an account's balance; no row when that would leave less than ``least`` in it."""

add_transfer = statement(
    upsert(ledger_transfer, key=["reference"], returning=[ledger_transfer.c.id]),
    sets=["reference", "kind", "note", "made_at", "reverses_id"],
)
"""A new transfer's id; no row when the reference is taken."""

add_line = statement(insert(ledger_line), sets=["transfer_id", "account_id", "amount_rials"])
"""One line of a transfer."""

transfer_by_reference = statement(
    select(ledger_transfer).where(ledger_transfer.c.reference == bindparam("wanted")),
    into=Transfer,
)
"""The transfer of that reference."""

reversal_of = statement(
    select(ledger_transfer).where(
        ledger_transfer.c.reverses_id == bindparam("transfer_id", type_=Id)
    ),
    into=Transfer,
)
"""The transfer that reversed another."""

lines_of = statement(
    select(
        ledger_line.c.account_id,
        ledger_account.c.kind,
        ledger_account.c.holder_id,
        ledger_line.c.amount_rials,
    )
    .join(ledger_account, ledger_account.c.id == ledger_line.c.account_id)
    .where(ledger_line.c.transfer_id == bindparam("transfer_id", type_=Id))
    .order_by(ledger_line.c.account_id),
    into=Line,
)
"""What a transfer did, account by account."""

statement_of = statement(
    select(
        ledger_line.c.id,
        ledger_line.c.amount_rials,
        ledger_transfer.c.reference,
        ledger_transfer.c.kind,
        ledger_transfer.c.note,
        ledger_transfer.c.made_at,
    )
    .join(ledger_transfer, ledger_transfer.c.id == ledger_line.c.transfer_id)
    .where(
        ledger_line.c.account_id == bindparam("account_id", type_=Id),
        ledger_line.c.id < bindparam("before_id", type_=Id),
    )
    .order_by(ledger_line.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=StatementLine,
)
"""An account's lines before one of them, newest first."""

_sum = func.coalesce(func.sum(ledger_line.c.amount_rials), 0)

accounts_off = statement(
    select(ledger_account.c.id, _sum, ledger_account.c.balance_rials)
    .outerjoin(ledger_line, ledger_line.c.account_id == ledger_account.c.id)
    .group_by(ledger_account.c.id, ledger_account.c.balance_rials)
    .having(_sum != ledger_account.c.balance_rials)
)
"""Accounts whose balance is not the sum of their lines."""

transfers_off = statement(
    select(ledger_line.c.transfer_id, _sum).group_by(ledger_line.c.transfer_id).having(_sum != 0)
)
"""Transfers whose lines do not add up to zero."""
