package dev.cairn.mcp;

import java.util.List;
import java.util.stream.Stream;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the access to the endpoint: only this machine may reach it, unless hosts are
 * allowed. The Host and Origin headers may only have the names of these hosts, so that no
 * web page reaches the endpoint by a name that resolves to this machine.
 *
 * @param hosts the allowed hosts, with or without a port
 */
record Access(List<String> hosts) {

	static final String REFUSAL = "The MCP endpoint of Cairn only accepts requests of this machine that no proxy has "
			+ "forwarded. Set " + McpProperties.PREFIX + ".allowed-hosts to allow others.";

	private static final List<String> LOCAL_HOSTS = List.of("localhost", "127.0.0.1", "[::1]");

	/** Headers that a proxy adds. */
	private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
			"X-Forwarded-Proto", "X-Real-IP", "Via");

	boolean accepts(HttpServletRequest request) {
		return !this.hosts.isEmpty() || isLocal(request);
	}

	/**
	 * Nothing that a client sends changes the address at which the connection arrived. A
	 * proxy on this machine forwards requests of others, though.
	 */
	private static boolean isLocal(HttpServletRequest request) {
		HttpServletRequest received = unwrap(request);
		return isLoopback(received.getLocalAddr()) && isLoopback(received.getRemoteAddr())
				&& FORWARDED.stream().allMatch((header) -> received.getHeader(header) == null);
	}

	/**
	 * A filter may hide the headers of the proxy. The valve of Tomcat removes that with
	 * the address, but none of the others.
	 */
	private static HttpServletRequest unwrap(HttpServletRequest request) {
		ServletRequest received = request;
		while (received instanceof ServletRequestWrapper wrapper) {
			received = wrapper.getRequest();
		}
		return (received instanceof HttpServletRequest http) ? http : request;
	}

	static boolean isLoopback(@Nullable String address) {
		if (address == null) {
			return false;
		}
		String bare = address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
		return bare.matches("(?:::ffff:)?127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}") || bare.equals("::1")
				|| bare.equals("0:0:0:0:0:0:0:1");
	}

	/** Returns the values that the Host header may have; a star stands for any port. */
	List<String> hostPatterns() {
		return Stream.concat(LOCAL_HOSTS.stream(), this.hosts.stream())
			.map((host) -> host.matches(".*:[0-9]+") ? host : host + ":*")
			.toList();
	}

	/** Returns the values that the Origin header may have. */
	List<String> originPatterns() {
		return hostPatterns().stream().flatMap((host) -> Stream.of("http://" + host, "https://" + host)).toList();
	}

}
