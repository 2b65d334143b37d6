package dev.cairn.file;

import java.net.URI;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * The address of a syslog server.
 *
 * @param protocol {@code udp} or {@code tcp}
 * @param host the host
 * @param port the port
 * @param facility the number of the facility
 */
record SyslogAddress(String protocol, String host, int port, int facility) {

	private static final Set<String> PROTOCOLS = Set.of("udp", "tcp");

	private static final int PORT = 514;

	private static final int LARGEST_PORT = 65_535;

	private static final int USER = 1;

	private static final int LAST_FACILITY = 23;

	private static final Pattern FACILITY = Pattern.compile("facility=(\\d{1,2})");

	static SyslogAddress of(URI address) {
		String path = address.getPath();
		if (address.getScheme() == null || !PROTOCOLS.contains(address.getScheme()) || address.getHost() == null
				|| (path != null && path.length() > 1)) {
			throw new IllegalArgumentException("It must be udp://host:port or tcp://host:port.");
		}
		int port = (address.getPort() >= 0) ? address.getPort() : PORT;
		if (port < 1 || port > LARGEST_PORT) {
			throw new IllegalArgumentException("The port must be 1 to " + LARGEST_PORT + ".");
		}
		String host = address.getHost().replaceAll("[\\[\\]]", "");
		return new SyslogAddress(address.getScheme(), host, port, facility(address.getQuery()));
	}

	private static int facility(@Nullable String query) {
		if (query == null) {
			return USER;
		}
		Matcher matcher = FACILITY.matcher(query);
		int facility = matcher.matches() ? Integer.parseInt(matcher.group(1)) : LAST_FACILITY + 1;
		if (facility > LAST_FACILITY) {
			throw new IllegalArgumentException("The only parameter is facility=0 to facility=" + LAST_FACILITY + ".");
		}
		return facility;
	}

	Destination destination(MessageEncoder text, int maxBytes) {
		MessageEncoder encoder = new SyslogEncoder(this.facility, text);
		return this.protocol.equals("udp") ? new UdpDestination(this.host, this.port, encoder, maxBytes)
				: new TcpSyslogDestination(this.host, this.port, encoder, maxBytes);
	}

}
