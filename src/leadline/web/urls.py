"""Every address of the desk."""

from __future__ import annotations

from django.urls import include, path, register_converter

from leadline.web.views import (
    audit,
    candidates,
    cases,
    devices,
    disclosures,
    help_pages,
    holds,
    intake,
    jobs,
    leads,
    operations,
    packages,
    partners,
    reading,
    referrals,
    registers,
    retirements,
    returns,
    rulings,
    searches,
    settings_pages,
    tips,
    today,
)


class RowName:
    """The name of a row of the case file, or of a tip."""

    regex = "[A-Z]{1,2}-[0-9a-f]{16,21}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return str(value)


class PartnerCode(RowName):
    """The code of a partner in the register."""

    regex = "[A-Z][A-Z0-9-]{1,31}"


register_converter(RowName, "row")
register_converter(PartnerCode, "partner")

urlpatterns = [
    path("", today.today, name="today"),
    path("reading/", reading.reading_reason, name="reading-reason"),
    path("tips/", tips.tips, name="tips"),
    path("tips/receive/", intake.tip_receive, name="tip-receive"),
    path("tips/<row:pk>/", tips.tip, name="tip"),
    path("tips/<row:pk>/run/", intake.tip_run, name="tip-run"),
    path("tips/<row:pk>/lists/", intake.tip_lists, name="tip-lists"),
    path("tips/<row:pk>/rulings/", rulings.tip_rulings, name="tip-rulings"),
    path("tips/<row:pk>/rulings/seal/", rulings.tip_rulings_seal, name="tip-rulings-seal"),
    path("tips/<row:pk>/rejects/", tips.tip_rejects, name="tip-rejects"),
    path("tips/<row:pk>/cache/", tips.tip_cache, name="tip-cache"),
    path("tips/<row:pk>/cache/added/", tips.tip_added, name="tip-added"),
    path("candidates/", candidates.candidates, name="candidates"),
    path("candidates/decide/", candidates.candidates_decide, name="candidates-decide"),
    path("candidates/export/", jobs.export, name="candidates-export"),
    path("candidates/<str:pk>/", candidates.candidate, name="candidate"),
    path("candidates/<str:pk>/next/", candidates.candidate_next, name="candidate-next"),
    path("candidates/<str:pk>/lines/", candidates.candidate_lines, name="candidate-lines"),
    path("candidates/<str:pk>/text/", candidates.candidate_text, name="candidate-text"),
    path("leads/", leads.leads, name="leads"),
    path("leads/assign/", leads.leads_assign, name="leads-assign"),
    path("leads/<row:pk>/", leads.lead, name="lead"),
    path("leads/<row:pk>/rule/", rulings.lead_rule, name="lead-rule"),
    path("leads/<row:pk>/next/", leads.lead_next, name="lead-next"),
    path("leads/<row:pk>/lines/", leads.lead_lines, name="lead-lines"),
    path("leads/<row:pk>/text/", leads.lead_text, name="lead-text"),
    path("leads/<row:pk>/history/", leads.lead_history, name="lead-history"),
    path("leads/<row:pk>/retire/", retirements.lead_retire, name="lead-retire"),
    path("leads/<row:pk>/disclose/", disclosures.lead_disclose, name="lead-disclose"),
    path("leads/<row:pk>/assign/", leads.lead_assign, name="lead-assign"),
    path("leads/<row:pk>/do/<slug:name>/", leads.lead_verb, name="lead-verb"),
    path("retirements/", retirements.retirements, name="retirements"),
    path("retirements/<row:pk>/", retirements.retirement, name="retirement"),
    path("retirements/<row:pk>/agree/", retirements.retirement_agree, name="retirement-agree"),
    path("retirements/<row:pk>/decline/", retirements.retirement_decline, name="retirement-decline"),
    path("persons/", registers.persons, name="persons"),
    path("persons/<row:pk>/", registers.person, name="person"),
    path("searches/", searches.searches, name="searches"),
    path("searches/save/", searches.search_save, name="search-save"),
    path("searches/<row:pk>/", searches.search_open, name="search-open"),
    path("searches/<row:pk>/forget/", searches.search_forget, name="search-forget"),
    path("exhibits/", registers.exhibits, name="exhibits"),
    path("exhibits/add/", registers.exhibit_add, name="exhibit-add"),
    path("exhibits/<row:pk>/", registers.exhibit, name="exhibit"),
    path("operations/", operations.operations, name="operations"),
    path("operations/<row:pk>/", operations.operation, name="operation"),
    path("operations/<row:pk>/close/", operations.operation_close, name="operation-close"),
    path("operations/<row:pk>/reopen/", operations.operation_reopen, name="operation-reopen"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<row:pk>/", cases.case, name="case"),
    path("cases/<row:pk>/history/", cases.case_history, name="case-history"),
    path("cases/<row:pk>/outcomes/", cases.case_outcomes, name="case-outcomes"),
    path("cases/<row:pk>/outcome/", cases.case_outcome, name="case-outcome"),
    path("cases/<row:pk>/tasks/<row:task>/", cases.case_task, name="case-task"),
    path("cases/<row:pk>/do/<slug:name>/", cases.case_verb, name="case-verb"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/draft/", referrals.referral_draft, name="referrals-draft"),
    path("referrals/seal/", packages.referral_seal, name="referrals-seal"),
    path("referrals/partners/", partners.register, name="referrals-partners"),
    path("referrals/partners/add/", partners.partner_add, name="referrals-partner-add"),
    path("referrals/partners/<partner:code>/", partners.partner, name="referrals-partner"),
    path("referrals/partners/<partner:code>/do/<slug:name>/", partners.partner_verb, name="referrals-partner-verb"),
    path("referrals/returns/", returns.returns, name="referrals-returns"),
    path("referrals/returns/look/", returns.return_look, name="referrals-return-look"),
    path("referrals/returns/import/", returns.return_import, name="referrals-return-import"),
    path("referrals/<row:pk>/", packages.referral, name="referral"),
    path("referrals/<row:pk>/approve/", packages.referral_approve, name="referral-approve"),
    path("referrals/<row:pk>/agreed/", holds.referral_agreed, name="referral-agreed"),
    path("referrals/<row:pk>/release/", holds.referral_release, name="referral-release"),
    path("referrals/<row:pk>/letter/", packages.referral_letter, name="referral-letter"),
    path("referrals/<row:pk>/verify/", packages.referral_verify, name="referral-verify"),
    path("referrals/<row:pk>/file/<str:name>/", packages.referral_file, name="referral-file"),
    path("referrals/<row:pk>/do/<slug:name>/", packages.referral_verb, name="referral-verb"),
    path("devices/", devices.devices, name="devices"),
    path("devices/exposure/", devices.devices_exposure, name="devices-exposure"),
    path("devices/examinations/<row:pk>/", devices.device_examination, name="device-examination"),
    path("devices/examinations/<row:pk>/text/", devices.device_text, name="device-text"),
    path("devices/examinations/<row:pk>/look/", devices.device_look, name="device-look"),
    path("devices/examinations/<row:pk>/hand-over/", devices.device_hand_over, name="device-hand-over"),
    path("devices/examinations/<row:pk>/release/", devices.device_release, name="device-release"),
    path("devices/examinations/<row:pk>/report.<slug:layout>", devices.device_report, name="device-report"),
    path("devices/<row:pk>/", devices.device, name="device"),
    path("devices/<row:pk>/examine/", devices.device_examine, name="device-examine"),
    path("audit/", audit.audit, name="audit"),
    path("audit/verify/", audit.audit_verify, name="audit-verify"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<row:pk>/", jobs.job, name="job"),
    path("jobs/<row:pk>/cancel/", jobs.job_cancel, name="job-cancel"),
    path("jobs/<row:pk>/again/", jobs.job_again, name="job-again"),
    path("jobs/<row:pk>/file/", jobs.job_file, name="job-file"),
    path("settings/", settings_pages.settings, name="settings"),
    path("settings/people/", settings_pages.people, name="settings-people"),
    path("settings/people/add/", settings_pages.person_add, name="settings-person-add"),
    path("settings/people/<row:pk>/", settings_pages.person, name="settings-person"),
    path("settings/people/<row:pk>/close/", settings_pages.person_close, name="settings-person-close"),
    path("settings/people/<row:pk>/link/", settings_pages.person_link, name="settings-person-link"),
    path("settings/people/<row:pk>/unlink/", settings_pages.person_unlink, name="settings-person-unlink"),
    path("settings/teams/add/", settings_pages.team_add, name="settings-team-add"),
    path("settings/tables/", settings_pages.tables, name="settings-tables"),
    path("settings/weights/", settings_pages.weights, name="settings-weights"),
    path("help/", help_pages.help_index, name="help"),
    path("help/<slug:name>/", help_pages.help_page, name="help-page"),
    path("account/", include("leadline.web.sign_in_urls")),
]
handler404 = "leadline.web.views.refusals.not_there"
