/// An authority of a test's own and a certificate that it signed, for 127.0.0.1 and `app.example.test`.
public final class Certificates: Sendable {
  private let directory = TemporaryDirectory("signalbox-tls")

  public var authority: String { "\(directory.path)/ca.pem" }
  /// Certificate and key in one file, as HAProxy wants them.
  public var server: String { "\(directory.path)/server.pem" }

  public init(addresses: [String] = ["127.0.0.1"]) {
    let names = (["DNS:app.example.test"] + addresses.map { "IP:\($0)" }).joined(separator: ",")
    let extensions = directory.write("subjectAltName=\(names)\n", to: "ext")
    let path = directory.path
    let steps = """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=test authority' \
        -keyout \(path)/ca.key -out \(path)/ca.pem &&
      openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=app' \
        -keyout \(path)/server.key -out \(path)/server.csr &&
      openssl x509 -req -in \(path)/server.csr -CA \(path)/ca.pem -CAkey \(path)/ca.key -CAcreateserial -days 2 \
        -extfile \(extensions) -out \(path)/server.crt &&
      cat \(path)/server.crt \(path)/server.key > \(path)/server.pem
      """
    let result = ChildProcess.run(["sh", "-c", steps])
    precondition(result.status == 0, result.output)
  }
}
