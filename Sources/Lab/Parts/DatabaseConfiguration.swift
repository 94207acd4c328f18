/// What PostgreSQL is told.
struct DatabaseConfiguration: Sendable {
  let plan: LabPlan
  let cloud: LabCloud

  func settings() -> String {
    """
    listen_addresses = '\(plan.network.database(cloud))'
    port = \(LabNetwork.databasePort)
    unix_socket_directories = ''
    max_connections = 200
    superuser_reserved_connections = 5
    shared_buffers = 32MB
    dynamic_shared_memory_type = mmap
    password_encryption = 'scram-sha-256'
    ssl = on
    ssl_min_protocol_version = 'TLSv1.3'
    ssl_cert_file = '../server.crt'
    ssl_key_file = '../server.key'
    wal_level = logical
    track_commit_timestamp = on
    max_wal_senders = 12
    max_replication_slots = 12
    max_logical_replication_workers = 8
    max_worker_processes = 16
    wal_keep_size = 0
    max_wal_size = 256MB
    min_wal_size = 32MB
    checkpoint_timeout = 5min
    # A cut link is noticed, and a healed one used, within seconds.
    wal_sender_timeout = 6s
    wal_receiver_timeout = 6s
    wal_retrieve_retry_interval = 500ms
    tcp_keepalives_idle = 5
    tcp_keepalives_interval = 2
    tcp_keepalives_count = 3
    jit = off
    timezone = 'UTC'
    log_timezone = 'UTC'
    cluster_name = '\(cloud.rawValue)'
    lc_messages = 'C'

    """
  }

  /// TLS and a password for everybody, from this machine only.
  static let accessRules = "hostssl all all 127.0.0.0/8 scram-sha-256\n"
}
