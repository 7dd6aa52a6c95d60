import java.util.concurrent.TimeUnit;

/** Starts itself under tini, stops it as an orchestrator would, and shows what its shutdown hook said. */
public class Signals {
    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
            System.out.println("ready");
            Thread.sleep(TimeUnit.MINUTES.toMillis(1));
        }
        var child = new ProcessBuilder("/usr/bin/tini", "-s", "--", "/usr/bin/java", "/example/checks/Signals.java", "child")
                .redirectErrorStream(true).start();
        var output = child.inputReader();
        System.out.println(output.readLine());
        // of its own, Process.destroy closes the output as well
        child.toHandle().destroy();
        System.out.println(output.readLine() + " " + child.waitFor());
    }
}
