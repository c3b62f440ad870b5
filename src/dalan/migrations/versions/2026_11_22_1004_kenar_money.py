"""charges: what apps ask people to pay; and the deposits confirmed before there were books

The books came after the deposits: an app's balance was the sum of what had been confirmed for it,
and nobody listened to the fact that the ledger hears of now. Each such deposit is booked here as
that listener would have, under the same reference, so that neither can do it twice. Going down
leaves the bookings: they are true.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611221004"
down_revision = "202611221003"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('created', 'paid')")
NEVER_PAID = sa.text("state = 'over' AND paid_at IS NULL")

_deposit = sa.table(
    "deposit",
    sa.column("id", sa.Text),
    sa.column("app_id", Id),
    sa.column("amount_rials", sa.BigInteger),
    sa.column("state", sa.Text),
    sa.column("decided_at", UtcTime),
)
_account = sa.table(
    "ledger_account",
    sa.column("id", Id),
    sa.column("kind", sa.Text),
    sa.column("holder_id", Id),
    sa.column("balance_rials", sa.BigInteger),
    sa.column("opened_at", UtcTime),
)
_transfer = sa.table(
    "ledger_transfer",
    sa.column("id", Id),
    sa.column("reference", sa.Text),
    sa.column("kind", sa.Text),
    sa.column("note", sa.Text),
    sa.column("made_at", UtcTime),
)
_line = sa.table(
    "ledger_line",
    sa.column("transfer_id", Id),
    sa.column("account_id", Id),
    sa.column("amount_rials", sa.BigInteger),
)


def upgrade() -> None:
    op.create_table(
        "charge",
        sa.Column("id", Id, primary_key=True),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("app_id", Id, sa.ForeignKey("app.id"), nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("amount_rials", sa.BigInteger, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("return_url", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
        sa.Column("ends_at", UtcTime, nullable=False),
        sa.Column("paid_at", UtcTime),
        sa.Column("settled_at", UtcTime),
        sa.UniqueConstraint("token"),
        sa.CheckConstraint("state IN ('created', 'paid', 'taken', 'over')", name="state"),
        sa.CheckConstraint("amount_rials > 0", name="amount"),
        sa.CheckConstraint(
            "(state IN ('taken', 'over')) = (settled_at IS NOT NULL)", name="settled"
        ),
        sa.CheckConstraint("state NOT IN ('paid', 'taken') OR paid_at IS NOT NULL", name="paid"),
    )
    op.create_index("ix_charge_person_id", "charge", ["person_id", "asked_at"])
    op.create_index("ix_charge_app_id", "charge", ["app_id", "asked_at"])
    op.create_index(
        "ix_charge_open", "charge", ["ends_at"], postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_index(
        "ix_charge_never_paid",
        "charge",
        ["settled_at"],
        postgresql_where=NEVER_PAID,
        sqlite_where=NEVER_PAID,
    )
    op.create_index("ix_payment_transaction_uuid", "payment_transaction", ["uuid"])
    _book_old_deposits(op.get_bind())


def downgrade() -> None:
    op.drop_index("ix_payment_transaction_uuid", "payment_transaction")
    op.drop_table("charge")


def _book_old_deposits(connection: sa.Connection) -> None:
    found = connection.execute(
        sa.select(
            _deposit.c.id, _deposit.c.app_id, _deposit.c.amount_rials, _deposit.c.decided_at
        ).where(
            _deposit.c.state == "confirmed",
            ~sa.exists().where(_transfer.c.reference == sa.literal("deposit:") + _deposit.c.id),
        )
    ).all()
    for deposit_id, app_id, amount_rials, decided_at in found:
        connection.execute(
            _transfer.insert().values(
                reference=f"deposit:{deposit_id}", kind="deposit", note="", made_at=decided_at
            )
        )
        transfer_id = connection.scalar(
            sa.select(_transfer.c.id).where(_transfer.c.reference == f"deposit:{deposit_id}")
        )
        for kind, holder_id, rials in (
            ("operator", 0, -amount_rials),
            ("app", app_id, amount_rials),
        ):
            connection.execute(
                _line.insert().values(
                    transfer_id=transfer_id,
                    account_id=_moved(connection, kind, holder_id, rials, decided_at),
                    amount_rials=rials,
                )
            )


def _moved(
    connection: sa.Connection, kind: str, holder_id: int, rials: int, at: object
) -> int | None:
    """The account, which holds that much more now; opened if nobody had it."""
    one = sa.and_(_account.c.kind == kind, _account.c.holder_id == holder_id)
    changed = connection.execute(
        _account.update().where(one).values(balance_rials=_account.c.balance_rials + rials)
    )
    if not changed.rowcount:
        connection.execute(
            _account.insert().values(
                kind=kind, holder_id=holder_id, balance_rials=rials, opened_at=at
            )
        )
    return connection.scalar(sa.select(_account.c.id).where(one))
