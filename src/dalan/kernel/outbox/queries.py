"""The outbox's only statements."""

from sqlalchemy import Integer, bindparam, delete, exists, func, insert, select, update

from dalan.kernel.db import UtcTime, in_list, statement
from dalan.kernel.outbox.tables import Claimed, Recorded, Seen, Unrelayed, fact, job

record_fact = statement(
    insert(fact).returning(fact.c.id), sets=("kind", "resource", "body", "recorded_at")
)
"""Write a fact down; answers its id."""

unrelayed_facts = statement(
    select(fact.c.id, fact.c.kind, fact.c.resource)
    .where(fact.c.relayed_at.is_(None))
    .order_by(fact.c.id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(),
    into=Unrelayed,
)
"""Facts whose listeners have no job yet, oldest first. Locked, and waited for: two workers that
relayed side by side would mix up the order of one resource's jobs."""

is_unrelayed = statement(select(fact.c.id).where(fact.c.relayed_at.is_(None)).limit(1))
"""Whether there is any such fact; a row if so."""

mark_relayed = statement(update(fact).where(in_list(fact.c.id, "fact_ids")), sets=("relayed_at",))
"""These facts' jobs are written."""

add_job = statement(
    insert(job),
    sets=("fact_id", "listener", "resource", "run_at", "attempts_count", "lease_no"),
)
"""One listener's duty to one fact."""

_earlier = job.alias("earlier")
_first_of_resource = ~exists(
    select(_earlier.c.id)
    .where(_earlier.c.listener == job.c.listener)
    .where(_earlier.c.resource == job.c.resource)
    .where(_earlier.c.finished_at.is_(None))
    .where(_earlier.c.id < job.c.id)
)

_due = (
    select(job.c.id)
    .where(job.c.finished_at.is_(None))
    .where(job.c.run_at <= bindparam("now", type_=UtcTime()))
    .where(_first_of_resource)
    .order_by(job.c.run_at, job.c.id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True)
    .cte("due")
)

claim_jobs = statement(
    update(job)
    # Through a CTE, which PostgreSQL runs once: a locking subquery it may run again and again.
    .where(job.c.id.in_(select(_due.c.id)))
    .values(
        lease_no=job.c.lease_no + 1,
        attempts_count=job.c.attempts_count + 1,
        run_at=bindparam("until", type_=UtcTime()),
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

facts_by_id = statement(
    select(fact.c.id, fact.c.kind, fact.c.resource, fact.c.body, fact.c.recorded_at)
    .where(in_list(fact.c.id, "fact_ids"))
    .order_by(fact.c.id),
    into=Recorded,
)
"""The facts that some jobs are about, in the order they were recorded."""

finish_jobs = statement(
    update(job)
    .where(in_list(job.c.id, "job_ids"))
    .where(job.c.lease_no == bindparam("lease"))
    .where(job.c.finished_at.is_(None))
    .returning(job.c.id),
    sets=("finished_at",),
)
"""Done, all of them; answers those whose lease had not passed to somebody else."""

postpone_job = statement(
    update(job)
    .where(job.c.id == bindparam("job_id"))
    .where(job.c.lease_no == bindparam("lease"))
    .where(job.c.finished_at.is_(None)),
    sets=("run_at", "last_error"),
)
"""Failed for now; another attempt at ``run_at``."""

hand_job_back = statement(
    update(job)
    .where(job.c.id == bindparam("job_id"))
    .where(job.c.lease_no == bindparam("lease"))
    .where(job.c.finished_at.is_(None))
    .values(attempts_count=job.c.attempts_count - 1),
    sets=("run_at",),
)
"""Never begun: whoever comes next may take it at once, and this was no attempt."""

give_job_up = statement(
    update(job)
    .where(job.c.id == bindparam("job_id"))
    .where(job.c.lease_no == bindparam("lease"))
    .where(job.c.finished_at.is_(None)),
    sets=("finished_at", "given_up_at", "last_error"),
)
"""Failed for good; kept for the operator, and no longer in the way of its resource."""

next_run = statement(
    select(job.c.run_at)
    .where(job.c.finished_at.is_(None))
    .where(_first_of_resource)
    .order_by(job.c.run_at)
    .limit(1)
)
"""When the next open job may be due, those that wait behind another left out; null without one."""

open_count = statement(select(func.count()).select_from(job).where(job.c.finished_at.is_(None)))
"""How many jobs are owed."""

given_up_count = statement(select(func.count()).where(job.c.given_up_at.is_not(None)))
"""How many jobs were given up and not yet purged."""

facts_from = statement(
    select(fact.c.id, fact.c.recorded_at)
    .where(fact.c.id > bindparam("after"))
    .order_by(fact.c.id)
    .limit(bindparam("most", type_=Integer())),
    into=Seen,
)
"""Facts in the order they were recorded, page by page."""

newest_fact = statement(select(func.max(fact.c.id)))
"""The number of the fact recorded last."""

facts_after = statement(
    select(fact.c.id, fact.c.kind, fact.c.resource, fact.c.body, fact.c.recorded_at)
    .where(fact.c.id > bindparam("after"))
    .order_by(fact.c.id)
    .limit(bindparam("most", type_=Integer())),
    into=Recorded,
)
"""What was recorded after that fact, in its order."""

purge_facts = statement(
    delete(fact)
    .where(in_list(fact.c.id, "fact_ids"))
    .where(fact.c.relayed_at.is_not(None))
    .where(
        ~exists(
            select(job.c.id).where(
                job.c.fact_id == fact.c.id,
                job.c.finished_at.is_(None) | job.c.given_up_at.is_not(None),
            )
        )
    )
)
"""Drop those of these facts that are done; their jobs go with them."""
