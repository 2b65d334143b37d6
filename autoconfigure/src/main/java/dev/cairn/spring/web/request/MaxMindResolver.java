package dev.cairn.spring.web.request;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.maxmind.db.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Finds addresses in a file in MaxMind's format, such as GeoLite2-Country, GeoLite2-City
 * or GeoLite2-ASN. The whole file is read into memory at the start, so that no request
 * waits for a disk, and there is nothing to close.
 */
final class MaxMindResolver implements GeoResolver {

	private final Reader reader;

	MaxMindResolver(Path database) throws IOException {
		this.reader = new Reader(database.toFile(), Reader.FileMode.MEMORY);
	}

	@Override
	public @Nullable Place resolve(RequestFacts request) {
		String literal = ClientDetails.Address.FULL.of(request.address());
		if (literal == null) {
			return null;
		}
		try {
			// The text is a literal, so no name is looked up
			Map<?, ?> found = this.reader.get(InetAddress.getByName(literal), Map.class);
			return (found != null) ? place(found) : null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Place place(Map<?, ?> found) {
		Object region = (found.get("subdivisions") instanceof List<?> parts && !parts.isEmpty()) ? parts.get(0) : null;
		return new Place(text(found.get("country"), "iso_code"), text(region, "iso_code"),
				text(found, "autonomous_system_organization"));
	}

	private static @Nullable String text(@Nullable Object found, String name) {
		return (found instanceof Map<?, ?> map && map.get(name) instanceof String text) ? text : null;
	}

}
