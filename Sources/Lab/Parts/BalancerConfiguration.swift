/// What HAProxy is told, for a cloud's load balancer and for the gateway in front of the DNS API.
///
/// Directives: https://docs.haproxy.org/2.6/configuration.html
struct BalancerConfiguration: Sendable {
  let plan: LabPlan

  /// Faults that happen inside the load balancer are entries of this map, changed while it runs.
  func faultMap(_ cloud: LabCloud) -> String { plan.directory.cloud(cloud) + "/faults.map" }

  func cloud(_ cloud: LabCloud) -> String {
    let network = plan.network
    let numbers = 1...plan.settings.instances
    let instances = numbers.map {
      "  server instance-\($0) \(network.instance(cloud, $0)):\(LabNetwork.instancePort) check"
    }
    let tracking = numbers.map {
      "  server instance-\($0) \(network.instance(cloud, $0)):\(LabNetwork.instancePort) track workload/instance-\($0)"
    }
    return global(part: "\(cloud.rawValue)/load-balancer", script: delayScript(cloud))
      + """
      frontend users
        bind \(network.balancer(cloud)):\(LabNetwork.balancerPort) ssl crt \(certificate(cloud.rawValue)) alpn http/1.1
        # Smart accept holds back the first acknowledgement, and a vantage's proxy waits 40 ms for it (Nagle).
        no option tcp-smart-accept
        option forwardfor
        http-request set-header X-Forwarded-Proto https
        http-request set-var(txn.delay) str(slow),map_str_int(\(faultMap(cloud)),0)
        http-request lua.delay if { var(txn.delay) -m int gt 0 }
        use_backend probes if { path /health /ready }
        default_backend workload

      backend workload
        balance leastconn
        option redispatch 1
        option httpchk
        http-check send meth GET uri /ready ver HTTP/1.1 hdr Host \(LabPlan.recordName)
        http-check expect status 200
        default-server inter 500ms fall 2 rise 1 maxconn 256
      \(errors(cloud))
      \(instances.joined(separator: "\n"))

      backend probes
        balance leastconn
      \(errors(cloud))
      \(tracking.joined(separator: "\n"))

      frontend statistics
        bind \(network.balancer(cloud)):\(LabNetwork.statisticsPort) ssl crt \(certificate(cloud.rawValue)) alpn http/1.1
        stats enable
        stats show-legends
        stats uri /
        stats auth stats:\(plan.secret(.balancerStatistics))

      listen link
        mode tcp
        tcp-request connection reject if { str(link),map_str_int(\(faultMap(cloud)),0) -m int gt 0 }
        bind \(network.link(cloud)):\(LabNetwork.databasePort)
        timeout client 1h
        timeout server 1h
        server database \(network.database(cloud.other)):\(LabNetwork.databasePort)

      """
  }

  /// The DNS API in TLS. It is apart from the name server, so that either can fail alone.
  func gateway() -> String {
    global(part: "shared/gateway")
      + """
      frontend dns-api
        bind \(plan.network.gateway):\(LabNetwork.balancerPort) ssl crt \(certificate("shared")) alpn http/1.1
        default_backend dns-api

      backend dns-api
        server name-server \(plan.network.nameAPI):\(LabNetwork.nameAPIPort)

      """
  }

  func certificate(_ name: String) -> String { "\(plan.directory.path)/\(name)/load-balancer.pem" }

  /// A share of all requests, probes too, is answered 500 in place of the instances.
  private func errors(_ cloud: LabCloud) -> String {
    """
      http-request set-var(txn.share) str(errors),map_str_int(\(faultMap(cloud)),0)
      http-request set-var(txn.dice) rand(100)
      http-request return status 500 content-type text/plain string "fault" if { var(txn.dice),sub(txn.share) -m int lt 0 }
    """
  }

  func delayScript(_ cloud: LabCloud) -> String { plan.directory.cloud(cloud) + "/delay.lua" }

  /// Waits as many milliseconds as `txn.delay` says. An inspection delay would not do: HAProxy ends it as soon as the
  /// whole request is there.
  static let delay = """
    core.register_action("delay", {"http-req"}, function(txn)
      core.msleep(tonumber(txn:get_var("txn.delay")) or 0)
    end)

    """

  private func global(part: String, script: String? = nil) -> String {
    """
    global
      \(script.map { "lua-load \($0)" } ?? "# no script")
      stats socket \(plan.directory.runtimeAPI(part)) mode 600 level admin
      maxconn 8000
      nbthread 2
      ssl-default-bind-options ssl-min-ver TLSv1.3
      tune.ssl.cachesize 20000
      hard-stop-after 1s

    defaults
      mode http
      timeout connect 1s
      timeout check 900ms
      timeout client 60s
      timeout server 10s
      timeout queue 2s
      timeout http-request 5s
      timeout http-keep-alive 60s
      option http-keep-alive
      http-reuse safe

    """ + "\n"
  }
}
