require "socket"

# Answers every request with the same text, until it is told to end.
def serve(text)
  trap("TERM") { exit }
  server = TCPServer.new("0.0.0.0", 8080)
  puts "ready"
  $stdout.flush
  loop { answer(server.accept, text) }
end

def answer(client, text)
  nil until client.gets.to_s.strip.empty?
  client.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n#{text}")
ensure
  client.close
end
