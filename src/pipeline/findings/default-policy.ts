/** The policy file that a new workspace starts with. */
export const defaultPolicyText = `# What you promise, and how the clocks are computed. A finding keeps the version it was opened under: to change the
# terms, raise version, set effective_from and edit; never edit a version that is in use. What holds changes only when two
# policy admins agreed: snowguard policy propose, snowguard policy approve.
# Durations are written as P7D (days of 24 hours), PT24H or P1DT12H.
schema = "sla-policy/1"
id = "standard"
version = 1
effective_from = 2020-01-01T00:00:00Z
# For readers of this file. It proves nothing: snowguard policy history shows who agreed.
approved_by = []
# The channels it holds for; empty: all.
channels = []

[clock]
# elapsed: a day is 24 hours, weekends and holidays included.
day = "elapsed"
# A match found longer than this after the start of its clock is marked as a late detection.
late_after = "PT24H"

# response: a person has answered; remediation: the fix is released. Without a response line none is promised.
[windows]
critical = { response = "PT24H", remediation = "P7D" }
high = { response = "PT72H", remediation = "P15D" }
medium = { remediation = "P45D" }
low = { remediation = "P90D" }

[severity]
# The lowest CVSS score of each severity.
bands = { critical = 9.0, high = 7.0, medium = 4.0, low = 0.1 }
# chain: the first of the raters below that gave a score; max: the highest score. project is who wrote the software,
# cna who assigned the CVE (by the version of CVSS used), ecosystem GitHub's and the language databases.
mode = "chain"
chain = ["analyst", "project", "cna_v4", "cna_v31", "cisa_adp", "ecosystem", "nvd", "distribution"]
unknown_as = "high"
# The first score of these replaces an unknown severity once, up or down. After that only people lower one.
settle_once_from = ["project", "cna_v4", "cna_v31", "cisa_adp", "ecosystem"]

[rerate]
# How long is left at least when a severity rises after the window of the new one has begun or passed.
response_grace = { critical = "PT24H", high = "PT72H" }
down = { approvals = 2, request_ttl = "PT72H" }

[rerate.remediation_grace]
high_to_critical = "P5D"
medium_to_critical = "P7D"
low_to_critical = "P7D"
medium_to_high = "P10D"
low_to_high = "P15D"
low_to_medium = "P30D"

[[escalators]]
when = ["kev_listed", "exploitation_confirmed", "ssvc_exploitation_active"]
at_least = "critical"
page = true
end_pause = true

[[escalators]]
when = ["public_poc_network_noauth"]
at_least = "high"

[pause]
# Off: a clock that can be stopped is no promise.
enabled = false
reasons = ["no_upstream_fix_no_safe_backport", "embargo", "customer_freeze"]
approvals = 2
max_each = "P7D"
max_total = "P14D"

# A finding that someone claimed and did not finish goes back to the queue after this long.
[claim_ttl]
critical = "PT2H"
high = "PT8H"
medium = "P2D"
low = "P7D"

# Targets, not promises, after a match found too late or a fix that did not hold.
[recovery]
late_match_response = "PT24H"
reopen = { critical = "P3D", high = "P7D", medium = "P15D", low = "P30D" }

[done]
# What stops the remediation clock: any of released, cached, verified, advisory_published, vex_published.
# cached and verified must be true of every system listed: cached is looked up in the binary cache, verified is
# proven from what lies there, or said by a reviewer; the advisory and VEX are published with the release.
require = ["released"]
systems = ["x86_64-linux", "aarch64-linux", "aarch64-darwin"]

[alerts]
fractions = [0.5, 0.75, 0.9, 1.0]
before_due = ["PT12H", "PT6H", "PT2H"]
merge_within = "PT30M"
# Told too: the chance of an attack within 30 days (EPSS) rose to this.
epss_at_least = 0.6
`;
