{
  "version": 1,
  "configuration": "sha256:9c64e237aa2f7add16a7c7e29c2a98cec859bd4af1e1963d4d1877a43edde7a3",
  "name": "hold",
  "signatures": [
    {
      "signer": "alice",
      "key": "fE2fB3WxztH9Q2Y3HPQ2+zQ9hLc7Kx5QUv6b8AjDIYs=",
      "time": "2026-11-27T09:30:00Z",
      "signature": "17xTKQI1f1bes+crCucTZIJ8p+3WZXPXncRGkWCPxhbRF2uLTJAgvyQFjjwzA3j2oxbyHxO8YBVBLYNySmmfAg=="
    },
    {
      "signer": "bob",
      "key": "KPsf8AcRW63/+jyv9unUEibr30tGtBg1oQ4lVEcngAg=",
      "time": "2026-11-27T10:02:11Z",
      "signature": "3BsDmDHB4vgHeLMhPqrfJR2hUom3rTyCLH5uhvVZNEn9kl7zFabHLzLnwd5sSz2gvbHOFfD2xN+jAoLRtydUAw=="
    }
  ]
}
