"""The outbox's only statements."""

from sqlalchemy import Integer, bindparam, delete, exists, func, insert, select, update

from dalan.kernel.db import UtcTime, in_list, statement
from dalan.kernel.outbox.tables import Claimed, Recorded, Unrelayed, fact, job

record_fact = statement(
    insert(fact).returning(fact.c.id), sets=("kind", "resource", "body", "recorded_at")
)
"""Write a fact down; answers its id."""

unrelayed_facts = statement(
    select(fact.c.id, fact.c.kind, fact.c.resource)
    .where(fact.c.relayed_at.is_(None))
    .order_by(fact.c.id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True),
    into=Unrelayed,
)
"""Facts whose listeners have no job yet, oldest first."""

mark_relayed = statement(
    update(fact).where(in_list(fact.c.id, "fact_ids")), sets=("relayed_at",)
)
"""These facts' jobs are written."""

add_job = statement(
    insert(job),
    sets=("fact_id", "listener", "resource", "run_at", "attempts_count", "lease_no"),
)
"""One listener's duty to one fact."""

_earlier = job.alias("earlier")

claim_jobs = statement(
    update(job)
    .where(
        job.c.id.in_(
            select(job.c.id)
            .where(job.c.finished_at.is_(None))
            .where(job.c.run_at <= bindparam("now", type_=UtcTime()))
            .where(job.c.lease_until.is_(None) | (job.c.lease_until <= bindparam("now")))
            .where(
                ~exists(
                    select(_earlier.c.id)
                    .where(_earlier.c.listener == job.c.listener)
                    .where(_earlier.c.resource == job.c.resource)
                    .where(_earlier.c.finished_at.is_(None))
                    .where(_earlier.c.id < job.c.id)
                )
            )
            .order_by(job.c.run_at, job.c.id)
            .limit(bindparam("most", type_=Integer()))
            .with_for_update(skip_locked=True)
        )
    )
    .values(
        lease_no=job.c.lease_no + 1,
        attempts_count=job.c.attempts_count + 1,
        lease_until=bindparam("until", type_=UtcTime()),
    )
    .returning(job.c.id, job.c.fact_id, job.c.listener, job.c.attempts_count, job.c.lease_no),
    into=Claimed,
)
"""Take jobs that are due and free, the first of each resource only, under a new lease number."""

fact_by_id = statement(
    select(fact.c.id, fact.c.kind, fact.c.resource, fact.c.body, fact.c.recorded_at).where(
        fact.c.id == bindparam("fact_id")
    ),
    into=Recorded,
)
"""The fact a job is about."""

finish_job = statement(
    update(job)
    .where(job.c.id == bindparam("job_id"))
    .where(job.c.lease_no == bindparam("lease"))
    .where(job.c.finished_at.is_(None)),
    sets=("finished_at",),
)
"""Done; touches no row when the lease has passed to somebody else."""

postpone_job = statement(
    update(job)
    .where(job.c.id == bindparam("job_id"))
    .where(job.c.lease_no == bindparam("lease"))
    .values(lease_until=None),
    sets=("run_at", "last_error"),
)
"""Failed for now; another attempt at ``run_at``."""

give_job_up = statement(
    update(job)
    .where(job.c.id == bindparam("job_id"))
    .where(job.c.lease_no == bindparam("lease"))
    .values(lease_until=None),
    sets=("finished_at", "given_up_at", "last_error"),
)
"""Failed for good; kept for the operator, and no longer in the way of its resource."""

next_run = statement(
    select(func.min(func.coalesce(job.c.lease_until, job.c.run_at), type_=UtcTime())).where(
        job.c.finished_at.is_(None)
    )
)
"""When the next open job may be due; null without one."""

open_count = statement(select(func.count()).select_from(job).where(job.c.finished_at.is_(None)))
"""How many jobs are owed."""

given_up_count = statement(select(func.count()).where(job.c.given_up_at.is_not(None)))
"""How many jobs were given up and not yet purged."""

purge_facts = statement(
    delete(fact)
    .where(fact.c.relayed_at < bindparam("before", type_=UtcTime()))
    .where(
        ~exists(
            select(job.c.id).where(
                job.c.fact_id == fact.c.id,
                job.c.finished_at.is_(None) | job.c.given_up_at.is_not(None),
            )
        )
    )
)
"""Drop what has long been done; its jobs go with it."""

