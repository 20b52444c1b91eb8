"""The countries of the invented operation: real ISO codes, so that pages and partners look as they will."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

NZ = "NZ"
_BY_SIZE = """
US DE GB FR CA AU NL IT ES PL BR IN JP SE CH AT BE NO DK FI IE PT CZ HU RO GR TR MX AR CL CO PE ZA NZ KR TW SG
MY TH PH ID VN HK IL AE SA EG MA NG KE GH UA RU BY RS HR SI SK BG LT LV EE IS LU MT CY AL MK BA ME MD GE AM AZ
KZ UZ MN PK BD LK NP KH LA MM BN FJ PG WS TO VU CR PA GT HN SV NI DO CU JM TT BB BS EC BO PY UY VE SR GY TN DZ
JO LB KW QA BH OM IQ SN CI CM UG TZ ZM ZW MZ AO NA BW MU
"""
CODES = tuple(_BY_SIZE.split())
"""130 ISO 3166-1 alpha-2 codes, the earlier the more account holders."""
NUMBER = {code: number for number, code in enumerate(CODES)}
CALLING = {
    "US": "1", "DE": "49", "GB": "44", "FR": "33", "CA": "1", "AU": "61", "NL": "31", "IT": "39", "ES": "34",
    "PL": "48", "BR": "55", "IN": "91", "JP": "81", "SE": "46", "CH": "41", "AT": "43", "BE": "32", "NO": "47",
    "DK": "45", "FI": "358", "IE": "353", "PT": "351", "NZ": "64", "ZA": "27", "MX": "52", "KR": "82",
}  # fmt: skip
"""Calling codes of some; elsewhere the invented records give no telephone number."""


def weights(countries: int) -> npt.NDArray[np.float64]:
    """How account holders spread over the first ``countries`` codes; none here in New Zealand."""
    spread = 1.0 / (np.arange(len(CODES)) + 2.0)
    spread[NUMBER[NZ]] = 0.0
    spread[countries:] = 0.0
    return np.asarray(spread, dtype=np.float64)
