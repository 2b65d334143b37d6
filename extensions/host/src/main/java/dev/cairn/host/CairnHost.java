package dev.cairn.host;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * Shows the metrics of all processes of a host: {@code java -jar cairn-host.jar}.
 */
public final class CairnHost {

	private CairnHost() {
	}

	/**
	 * Runs until the process is ended. Exits with 2 if an option is invalid, and with 1
	 * if the port cannot be used.
	 * @param arguments the options, see {@code --help}
	 * @throws InterruptedException if the main thread is interrupted
	 */
	public static void main(String[] arguments) throws InterruptedException {
		// Slow clients
		System.setProperty("sun.net.httpserver.maxReqTime", "10");
		System.setProperty("sun.net.httpserver.maxRspTime", "60");
		if (arguments.length == 1 && (arguments[0].equals("--help") || arguments[0].equals("-h"))) {
			System.out.print(Options.USAGE);
			return;
		}
		try {
			Options options = Options.parse(arguments);
			HostServer server = new HostServer(options);
			Runtime.getRuntime().addShutdownHook(new Thread(server::close, "cairn-host-stop"));
			System.out.println("Cairn host view of " + options.directory() + " at http://" + options.address() + ":"
					+ server.port() + "/ and " + options.location());
			new CountDownLatch(1).await();
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage() + "\n\n" + Options.USAGE);
			System.exit(2);
		}
		catch (IOException ex) {
			System.err.println("Cannot listen: " + ex.getMessage());
			System.exit(1);
		}
	}

}
