import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

public class Server {
    private static final byte[] BODY = "hello from java\n".getBytes(StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        var server = HttpServer.create(new InetSocketAddress(8080), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, BODY.length);
            try (var body = exchange.getResponseBody()) {
                body.write(BODY);
            }
        });
        server.start();
        System.out.println("ready");
    }
}
