package dev.cairn.file;

import java.net.URI;
import java.util.Locale;
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

	/** A name that is no host to {@link URI}, such as one with an underscore. */
	private static final Pattern OTHER_HOST = Pattern
		.compile("(?![\\d.]+(?::|$))([\\w-]+(?:\\.[\\w-]+)*\\.?)(?::(\\d{1,5})?)?");

	private static final Pattern FACILITY = Pattern.compile("facility=(\\d{1,2})");

	static SyslogAddress of(URI address) {
		String protocol = (address.getScheme() != null) ? address.getScheme().toLowerCase(Locale.ROOT) : "";
		String path = address.getPath();
		Matcher other = OTHER_HOST.matcher((address.getRawAuthority() != null) ? address.getRawAuthority() : "");
		boolean isOther = address.getHost() == null && other.matches();
		String host = isOther ? other.group(1) : address.getHost();
		if (!PROTOCOLS.contains(protocol) || host == null || (path != null && path.length() > 1)) {
			throw new IllegalArgumentException("It must be udp://host:port or tcp://host:port.");
		}
		int given = !isOther ? address.getPort() : (other.group(2) != null) ? Integer.parseInt(other.group(2)) : -1;
		int port = (given >= 0) ? given : PORT;
		if (port < 1 || port > LARGEST_PORT) {
			throw new IllegalArgumentException("The port must be 1 to " + LARGEST_PORT + ".");
		}
		return new SyslogAddress(protocol, host.replaceAll("[\\[\\]]", ""), port, facility(address.getQuery()));
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
