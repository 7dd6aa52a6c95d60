import java.net.InetAddress;
import java.nio.charset.Charset;
import java.time.Instant;
import java.time.ZoneId;
import java.util.TimeZone;

/** Character set, time zones, names of hosts and users, and a version that does not lie. */
public class Surroundings {
    public static void main(String[] args) throws Exception {
        System.out.println(Charset.defaultCharset() + " Grüße " + System.getProperty("sun.jnu.encoding"));
        System.out.println(TimeZone.getDefault().getID() + " " + Instant.EPOCH.atZone(ZoneId.of("Europe/Berlin")));
        System.out.println(InetAddress.getByName("localhost").isLoopbackAddress() + " "
                + InetAddress.getLocalHost().getHostName().isEmpty());
        System.out.println(System.getProperty("user.name") + " " + System.getProperty("user.home"));
        System.out.println(System.getenv("JAVA_VERSION").equals(System.getProperty("java.version")));
    }
}
