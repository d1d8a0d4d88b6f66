{
  "version": 1,
  "configuration": "sha256:bee35527399fd738962e0541a5448b977889a688d4ec2c8decc65dad7153b98d",
  "name": "hold",
  "signatures": [
    {
      "signer": "alice",
      "key": "wXOs/lt38NYV4yI7jW6xJLSl4gDilkW2aM2+MetIJd4=",
      "time": "2026-11-27T09:30:00Z",
      "signature": "DDTD6tFPOLu4v1Jg3bErpDAgeDDd5yKFY8TaEnEaPGuuaYexMmPHiPIs0qmwIxJ3WZGEVeuTJn6fUAIZm6ZtAQ=="
    },
    {
      "signer": "bob",
      "key": "YLnHSauG0fkJI0qp+1/n54K8OArZpvR37WT/g2I7bCQ=",
      "time": "2026-11-27T10:00:00Z",
      "signature": "7vvZ4qrVqmqk3zNdeIdXSaGQeNuXYExesL65oOMbuUH15W90BElHxsw28O9wW2JE5QK4zVMsxBnXn1lBAmVUBg=="
    }
  ]
}
