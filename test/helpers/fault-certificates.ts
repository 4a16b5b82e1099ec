import { certificate } from "./vendor-certificate.ts";

/** What is wrong with a stand-in's certificate; all of them have the key of the good one. */
export type CertificateFault = "good" | "expired" | "wrong-host" | "untrusted";

/** The good one signed `expired` (over since February 2026) and `wrong-host` (vendor.example alone); nobody signed `untrusted`. */
export const faultCertificates: Record<CertificateFault, string> = {
  good: certificate,
  expired: `-----BEGIN CERTIFICATE-----
MIIBYDCCAQagAwIBAgICEAAwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPU3RhbmQt
aW4gdmVuZG9yMB4XDTI2MDEwMTAwMDAwMFoXDTI2MDIwMTAwMDAwMFowGTEXMBUG
A1UEAwwORXhwaXJlZCB2ZW5kb3IwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQu
TW4w59ZDepM0vcLfLKvlBExuZLSLKYv3Kd4apc4MO/IqOTeTvgU6PnqkjLTIqzFx
BNO3p5gWi01eIXb4yzsioz0wOzAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3Qw
HQYDVR0OBBYEFEzlDfQ1JMqvhEhYdzTLLTbPARW7MAoGCCqGSM49BAMCA0gAMEUC
IQCpQLo2F0UmMyVTFL+B/I+x5JVaBGIw+yTjqUByyJG50AIgVCPqUGtzy8rKgEuK
E8OMyu9KdHHVl/46fImleV6+CFU=
-----END CERTIFICATE-----
`,
  "wrong-host": `-----BEGIN CERTIFICATE-----
MIIBYTCCAQegAwIBAgICEAEwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPU3RhbmQt
aW4gdmVuZG9yMCAXDTI2MDEwMTAwMDAwMFoYDzIxMjYwMTAxMDAwMDAwWjAZMRcw
FQYDVQQDDA5Bbm90aGVyIHZlbmRvcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BC5NbjDn1kN6kzS9wt8sq+UETG5ktIspi/cp3hqlzgw78io5N5O+BTo+eqSMtMir
MXEE07enmBaLTV4hdvjLOyKjPDA6MBkGA1UdEQQSMBCCDnZlbmRvci5leGFtcGxl
MB0GA1UdDgQWBBRM5Q30NSTKr4RIWHc0yy02zwEVuzAKBggqhkjOPQQDAgNIADBF
AiAn6UN+MJ36lY2NjNppCVvG4mJFpqR2WtSQ8Iylp3W8HwIhALSxTqwo65kva41Q
wMLjo1xsmwqAbkgNYrxHYnYxVpR2
-----END CERTIFICATE-----
`,
  untrusted: `-----BEGIN CERTIFICATE-----
MIIBqzCCAVGgAwIBAgIUKLpvwCYSYhLHyaOuShU5daDmRjgwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRVW5rbm93biBhdXRob3JpdHkwIBcNMjYxMTIxMTg0NjM5WhgP
MjEyNTA2MTUxODQ2MzlaMBwxGjAYBgNVBAMMEVVua25vd24gYXV0aG9yaXR5MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELk1uMOfWQ3qTNL3C3yyr5QRMbmS0iymL
9yneGqXODDvyKjk3k74FOj56pIy0yKsxcQTTt6eYFotNXiF2+Ms7IqNvMG0wHQYD
VR0OBBYEFEzlDfQ1JMqvhEhYdzTLLTbPARW7MB8GA1UdIwQYMBaAFEzlDfQ1JMqv
hEhYdzTLLTbPARW7MA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYcEfwAAAYIJ
bG9jYWxob3N0MAoGCCqGSM49BAMCA0gAMEUCIQCxXgiGJpEAdROQDCPmvUqUcQfe
U91f4TFXSTRzlhvbPwIgI63qAJGOlC1GqR08q/7qWcUH+AuZvfgQWVAobdie/4Q=
-----END CERTIFICATE-----
`,
};
