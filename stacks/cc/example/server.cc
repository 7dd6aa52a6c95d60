// A small HTTP server: C++'s library, and OpenSSL's for the entity tag.
#include <csignal>
#include <format>
#include <iostream>
#include <netinet/in.h>
#include <openssl/sha.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::string_view BODY = "hello from cc\n";
constexpr int PORT = 8080;

int must(int result, const char *what) {
  if (result < 0) {
    throw std::runtime_error(std::format("cannot {}", what));
  }
  return result;
}

std::string entity_tag(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest);
  std::string tag;
  for (int index = 0; index < 8; index++) {
    tag += std::format("{:02x}", digest[index]);
  }
  return tag;
}

void serve() {
  const int listener = must(socket(AF_INET, SOCK_STREAM, 0), "make a socket");
  const sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr = {INADDR_ANY}, .sin_zero = {}};
  must(bind(listener, reinterpret_cast<const sockaddr *>(&address), sizeof address), "take the port");
  must(listen(listener, SOMAXCONN), "listen");
  std::cout << "ready" << std::endl;
  const auto answer =
      std::format("HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"{}\"\r\n\r\n{}", entity_tag(BODY), BODY);
  while (true) {
    const int client = must(accept(listener, nullptr, nullptr), "accept a connection");
    char request[4096];
    if (read(client, request, sizeof request) > 0) {
      must(write(client, answer.data(), answer.size()), "answer");
    }
    close(client);
  }
}

} // namespace

int main() {
  // process 1 has no default for signals
  std::signal(SIGTERM, [](int) { _exit(0); });
  std::signal(SIGPIPE, SIG_IGN);
  try {
    serve();
  } catch (const std::runtime_error &error) {
    std::cerr << error.what() << std::endl;
    return 1;
  }
}
