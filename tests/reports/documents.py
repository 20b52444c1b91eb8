"""Invented CyberTipline documents: neutral words, reserved addresses, valid against the schema where that is there."""

from __future__ import annotations

import json
from typing import Any

MD5, SHA1, SHA256 = "a" * 32, "b" * 40, "c" * 64
SECRET = "words that no table may hold"
"""Stands in every place for free text."""

REPORT_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- {SECRET} -->
<report xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="cyber_tipline.xsd">
  <incidentSummary>
    <incidentType>Misleading Domain Name</incidentType>
    <escalateToHighPriority>{SECRET}</escalateToHighPriority>
    <incidentDateTime>2019-09-20T02:15:00Z</incidentDateTime>
    <incidentDateTimeDescription>{SECRET}</incidentDateTimeDescription>
  </incidentSummary>
  <internetDetails>
    <webPageIncident><url>https://portal.example/c/k1</url><additionalInfo>{SECRET}</additionalInfo></webPageIncident>
  </internetDetails>
  <reporter>
    <reportingPerson><firstName>{SECRET}</firstName><email>desk@mail.example</email></reportingPerson>
  </reporter>
  <personOrUserReported>
    <personOrUserReportedPerson>
      <firstName>{SECRET}</firstName>
      <phone countryCallingCode="+64">0000 000 001</phone>
      <email verified="true">anna@mail.example</email>
      <age>40</age>
    </personOrUserReportedPerson>
    <espIdentifier>anna</espIdentifier>
    <espService>Example Cloud</espService>
    <compromisedAccount>0</compromisedAccount>
    <screenName>anna-1</screenName>
    <profileBio>{SECRET}</profileBio>
    <ipCaptureEvent>
      <ipAddress>240.1.0.5</ipAddress>
      <eventName>Login</eventName>
      <dateTime>2019-09-19T10:00:00+12:00</dateTime>
      <possibleProxy>true</possibleProxy>
      <port>50000</port>
    </ipCaptureEvent>
    <ipCaptureEvent>
      <ipAddress>::ffff:240.1.0.6</ipAddress>
      <eventName>Upload</eventName>
      <dateTime>2019-09-19T10:00:00</dateTime>
      <port>999999</port>
    </ipCaptureEvent>
    <ipCaptureEvent><ipAddress>not-an-ip</ipAddress></ipCaptureEvent>
    <deviceId><idType>IMEI</idType><idValue>0001</idValue></deviceId>
    <priorCTReports>1</priorCTReports>
    <priorCTReports>2</priorCTReports>
    <accountPermanentlyDisabled disabledDate="2019-09-20T03:00:00Z">true</accountPermanentlyDisabled>
    <estimatedLocation><city>{SECRET}</city><countryCode>A1</countryCode></estimatedLocation>
    <associatedAccount type="Linked"><espIdentifier>anna-2</espIdentifier></associatedAccount>
  </personOrUserReported>
  <victim>
    <victimPerson><firstName>{SECRET}</firstName><email>child@mail.example</email></victimPerson>
    <espIdentifier>dora</espIdentifier>
    <screenName>{SECRET}</screenName>
    <associatedAccount type="Other">
      <email>child-2@mail.example</email>
      <espIdentifier>dora-2</espIdentifier>
    </associatedAccount>
  </victim>
  <additionalInfo>{SECRET}</additionalInfo>
</report>
"""

DETAILS_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<fileDetails>
  <reportId>4564654</reportId>
  <fileId>{"d" * 32}</fileId>
  <originalFileName>{SECRET}</originalFileName>
  <uploadedToEspTimestamp>2019-09-18T00:00:00Z</uploadedToEspTimestamp>
  <fileViewedByEsp>false</fileViewedByEsp>
  <fileAnnotations><generativeAi/></fileAnnotations>
  <industryClassification>B2</industryClassification>
  <originalFileHash hashType="MD5">{MD5.upper()}</originalFileHash>
  <originalFileHash hashType="SHA-1">{SHA1}</originalFileHash>
  <originalFileHash hashType="PhotoDNA">AAAA</originalFileHash>
  <ipCaptureEvent><ipAddress>240.1.0.5</ipAddress><eventName>Upload</eventName></ipCaptureEvent>
  <details type="HASH"><nameValuePair><name>SHA256</name><value>{SHA256}</value></nameValuePair></details>
  <additionalInfo>{SECRET}</additionalInfo>
</fileDetails>
"""


def police(**changes: Any) -> bytes:
    """A police-side export; ``changes`` replace keys of its `reportedInformation`."""
    inner: dict[str, Any] = {
        "reportingEsp": {"espName": "Example Cloud", "lastName": None},
        "incidentSummary": {
            "incidentType": "Misleading Domain Name",
            "incidentDateTime": "2019-09-20T02:15:00Z",
            "incidentDateTimeDescription": SECRET,
        },
        "reportedPeople": {
            "reportedPersons": [
                {
                    "firstName": SECRET,
                    "espUserId": "anna",
                    "espService": "Example Cloud",
                    "ipAddress": "240.1.0.7",
                    "screenName": {"value": "anna-1"},
                    "emails": {"emails": [{"value": "anna@mail.example", "verified": True}]},
                    "phones": {"phones": [{"value": "+640000000001"}]},
                    "sourceInformation": {
                        "sourceCaptures": [
                            {
                                "captureType": "IP Address",
                                "value": "240.1.0.5",
                                "dateTime": "2019-09-19T10:00:00Z",
                                "port": 50000,
                                "eventName": "UPLOAD",
                            },
                            {"captureType": "Profile URL", "value": SECRET},
                        ]
                    },
                    "additionalInformations": [{"value": SECRET}],
                }
            ]
        },
        "uploadedFiles": {
            "uploadedFiles": [
                {
                    "filename": SECRET,
                    "submittalId": "s1",
                    "verificationHash": MD5.upper(),
                    "viewedByEsp": None,
                    "industryClassification": "A1",
                    "ncmecTags": {"groups": [{"tags": [{"value": SECRET}]}]},
                }
            ]
        },
    }
    whole = {"reportId": 7, "dateReceived": "2019-09-21T00:00:00Z", "reportedInformation": {**inner, **changes}}
    return json.dumps(whole, indent=1).encode()
