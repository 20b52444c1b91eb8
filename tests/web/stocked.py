"""Objects of every kind in a walled world that no form alone makes: referrals, packages, a device, files of jobs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyrage
from django.urls import reverse

from leadline import jobs
from leadline.casefile import claims
from leadline.casefile.actions.devices import ask_examination
from leadline.casefile.actions.exhibits import register_exhibit
from leadline.casefile.actions.jobs import ask_export, ask_index, ask_run, ask_seal, cancel_job
from leadline.casefile.actions.leads import open_leads
from leadline.casefile.actions.referrals import approve_referral, recall_referral
from leadline.casefile.actions.rulings import rule_on_pair
from leadline.casefile.devices import devices_folder
from leadline.casefile.evidence import workspace
from leadline.casefile.index.filters import Filter
from leadline.casefile.machine import Machine
from leadline.casefile.models import Case, Examination, Job, Lead
from leadline.casefile.referred import referrals_of
from leadline.reference.partners.register import Stated, add_partner, partners
from leadline.vocabulary.casework import Role
from tests.web.everywhere import everywhere
from tests.web.offers import Offer
from tests.web.referred import CLERK, FAR, USUAL, seen_in
from tests.web.signing_in import signed_in

if TYPE_CHECKING:
    from tests.desk_cast import Evidence, Staff


def register_partners() -> None:
    """Two assured partners in the register, which is the workspace's."""
    for code in ("AFP", "NZP"):
        if code not in partners(workspace()):
            key = str(pyrage.x25519.Identity.generate().to_public())
            add_partner(workspace(), Stated(code, age_recipient=key, valid_until=FAR, assurance_until=FAR), by=CLERK)


def stock(staff: Staff, evidence: Evidence, mark: str) -> None:
    """A sealed package, the draft of its recall, an examined device, an exported file, a job called off, a ruling."""
    analyst, manager, examiner = staff[Role.ANALYST], staff[Role.MANAGER], staff[Role.EXAMINER]
    rest = evidence.accounts[4:]
    open_leads(evidence.chosen(*rest), f"The others {mark}", actor=analyst)
    lead = Lead.scoped.visible_to(analyst).get(account_key=evidence.accounts[0])
    rule_on_pair(lead.pk, rest[0], "unsure", mark, actor=analyst)
    device = devices_folder(examiner) / "phone"
    device.mkdir(parents=True)
    (device / f"{mark}.bin").write_bytes(mark.encode())
    exhibit = register_exhibit(f"SEAL {mark}", actor=examiner)
    ask_examination(exhibit.pk, "phone", f"order {mark}", actor=examiner)
    ask_export(evidence.run, Filter(), "csv", mark, actor=analyst)
    first, *_ = _drafted(staff, evidence)
    approve_referral(first, mark, actor=manager)
    ask_seal([first], actor=manager)
    with everywhere(claims.claim_one, lambda: claims._claim_of(Machine(staff.admin.agency_id))):
        while jobs.work_once():
            pass
    cancel_job(ask_index(evidence.run, actor=analyst).pk, actor=analyst)
    recall_referral(first, mark, actor=analyst)


def leave_waiting(staff: Staff, evidence: Evidence) -> None:
    """A job that no worker has taken yet."""
    ask_run(evidence.tip, actor=staff[Role.ANALYST])


def _drafted(staff: Staff, evidence: Evidence) -> list[str]:
    """Drafts to all partners, by the builder."""
    client = signed_in(staff[Role.ANALYST])
    page = client.get("/referrals/").content.decode()
    groups = re.findall(r'name="group" value="([^"]+)"', page)
    told = {"seen": seen_in(page), "tip": evidence.tip, "group": groups, "partner": "", **USUAL}
    answer = client.post("/referrals/draft/", told)
    assert answer.status_code == 302, answer.content.decode()
    return sorted(referrals_of(staff.admin))


def besides(staff: Staff, evidence: Evidence) -> list[Offer]:
    """The pages of these objects, and what can be asked of them though no page offers it in the state they are in."""
    lead = Lead.scoped.visible_to(staff.admin).get(account_key=evidence.accounts[0])
    said = (("other", evidence.accounts[4]), ("ruling", "not"), ("reason", "Other hours."))
    case = Case.scoped.visible_to(staff.admin).order_by("pk").first()
    examined = [row.pk for row in Examination.scoped.visible_to(staff.admin)]
    pages = [reverse("job", args=[job.pk]) for job in Job.scoped.visible_to(staff.admin)]
    pages += [reverse("device-examination", args=[row]) for row in examined]
    pages += [reverse("referral", args=[ref]) for ref in referrals_of(staff.admin)]
    return [
        *(Offer("GET", page) for page in sorted(pages)),
        Offer("POST", reverse("tip-run", args=[evidence.tip])),
        Offer("POST", reverse("tip-lists", args=[evidence.tip]), (("run", evidence.run),)),
        Offer("POST", reverse("tip-rulings-seal", args=[evidence.tip])),
        Offer("POST", reverse("lead-rule", args=[lead.pk]), said),
        *(
            Offer("POST", reverse("device-release", args=[row]), (("case", case.pk if case else ""),))
            for row in examined
        ),
    ]
