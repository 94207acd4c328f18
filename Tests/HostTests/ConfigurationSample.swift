/// A configuration that is right, to be made wrong in one place by each test.
enum ConfigurationSample {
  static let text = """
    service: app.example.test
    control-socket: /run/signalbox/control.sock
    journal: /var/lib/signalbox/journal.sqlite
    automation: manual
    record-set:
      name: app.example.test
      ttl: 5s
      servers: ["127.77.3.53:5300"]
      powerdns:
        url: https://127.77.3.10:8443
        zone: example.test
        api-key: {file: /etc/signalbox/key}
    probing:
      interval: 1s
      timeout: 900ms
      quorum: {vantages: 2, networks: 2}
    vantages:
      - {id: direct, network: host}
      - {id: north, network: north, proxy: "socks5h://127.77.4.1:1080"}
    clouds:
      - id: aws
        region: eu-west-1
        address: 127.77.1.10
        url: https://127.77.1.10:8443
        capacity-per-target: 150
        load-balancer:
          haproxy: {url: "https://127.77.1.10:8404/;csv", backend: workload}
        database:
          host: 127.77.1.20
          name: app
          user: signalbox
          password: {environment: DATABASE_PASSWORD}
          application-role: app
      - id: azure
        address: 127.77.2.10
        url: https://127.77.2.10:8443
    interlocks:
      minimum-interval: 10s

    """
}
