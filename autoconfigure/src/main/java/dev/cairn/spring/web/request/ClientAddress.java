package dev.cairn.spring.web.request;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * How much of a client's address is published.
 */
enum ClientAddress {

	/** The network: without the last octet, or the first 48 bits of an IPv6 address. */
	ANONYMISED,

	/** The whole address. */
	FULL,

	/** Nothing. */
	NONE;

	private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

	private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

	private static final int V4_LENGTH = 4;

	private static final int NETWORK_GROUPS = 3;

	/**
	 * Returns the part of an address that is published. Host names are ignored, because
	 * they would have to be resolved.
	 */
	@Nullable String of(@Nullable String remote) {
		byte[] address = (remote != null && this != NONE) ? parse(remote) : null;
		if (address == null) {
			return null;
		}
		return (this == FULL) ? remote : (address.length == V4_LENGTH) ? networkV4(address) : networkV6(address);
	}

	private static byte @Nullable [] parse(String remote) {
		int zone = remote.indexOf('%');
		String literal = (zone >= 0) ? remote.substring(0, zone) : remote;
		boolean numeric = V4.matcher(literal).matches() || literal.contains(":") && V6.matcher(literal).matches();
		try {
			return numeric ? InetAddress.getByName(literal).getAddress() : null;
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

	private static String networkV4(byte[] address) {
		return (address[0] & 0xff) + "." + (address[1] & 0xff) + "." + (address[2] & 0xff) + ".0";
	}

	/** Formats the network as RFC 5952 requires, with trailing zeros left out. */
	private static String networkV6(byte[] address) {
		StringBuilder network = new StringBuilder();
		int groups = NETWORK_GROUPS;
		while (groups > 0 && group(address, groups - 1) == 0) {
			groups--;
		}
		for (int i = 0; i < groups; i++) {
			network.append((i > 0) ? ":" : "").append(Integer.toHexString(group(address, i)));
		}
		return network.append("::").toString();
	}

	private static int group(byte[] address, int index) {
		return (address[2 * index] & 0xff) << Byte.SIZE | address[2 * index + 1] & 0xff;
	}

}
