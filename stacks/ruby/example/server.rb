require "socket"

trap("TERM") { exit }
server = TCPServer.new("0.0.0.0", 8080)
puts "ready"
$stdout.flush
loop do
  client = server.accept
  next if client.gets.nil?

  nil until client.gets.to_s.strip.empty?
  client.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello from ruby\n")
ensure
  client&.close
end
