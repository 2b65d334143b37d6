package dev.cairn;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;

/**
 * The origin of messages, read once when the service starts.
 *
 * @param service the name of the service
 * @param environment such as {@code production}
 * @param release the version of the service that runs
 * @param hostname the name of the host
 * @param pid the id of the process
 */
public record Origin(String service, @Nullable String environment, @Nullable String release, String hostname,
		long pid) {

	public static Origin here(String service, @Nullable String environment, @Nullable String release) {
		return new Origin(service, environment, release, localHostname(), ProcessHandle.current().pid());
	}

	private static String localHostname() {
		String hostname = System.getenv("HOSTNAME");
		if (hostname != null && !hostname.isBlank()) {
			return hostname;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
