import java.io.FileInputStream;
import java.security.KeyStore;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** TLS trusts the public authorities by default; tools that open the store by its usual password find the same. */
public class Trust {
    public static void main(String[] args) throws Exception {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        var trusted = ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers().length;

        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        var path = System.getProperty("java.home") + "/lib/security/cacerts";
        try (var file = new FileInputStream(path)) {
            store.load(file, "changeit".toCharArray());
        }
        System.out.println(trusted > 100 && trusted == store.size());
    }
}
