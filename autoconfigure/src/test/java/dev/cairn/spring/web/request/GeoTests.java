package dev.cairn.spring.web.request;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.maxmind.db.Reader;
import dev.cairn.Ledger;
import dev.cairn.spring.test.Contexts;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GeoResolver}.
 */
class GeoTests {

	private final WebApplicationContextRunner web = Contexts.web();

	@TempDir
	Path directory;

	@Test
	void anAddressIsLookedUpInAFile() throws IOException {
		Path file = Files.write(this.directory.resolve("geo.mmdb"),
				database(new int[] { 203, 0, 113 }, Map.of("country", Map.of("iso_code", "AT"), "subdivisions",
						List.of(Map.of("iso_code", "9")), "autonomous_system_organization", "Example Net")));
		try (RunningApplication application = RunningApplication.start(Application.class,
				"server.forward-headers-strategy=framework", "cairn.requests.client-address=none",
				"cairn.requests.geo.database=" + file)) {
			application.get("/a", "X-Forwarded-For", "203.0.113.77");
			application.get("/b", "X-Forwarded-For", "203.0.114.77");
			application.get("/c", "X-Forwarded-For", "203.0.113.77", "DNT", "1");
			application.get("/d", "X-Forwarded-For", "do-not-look-up.example");
			assertThat(application.requests("/a").get(0).fields()).containsEntry("country", "AT")
				.containsEntry("region", "9")
				.containsEntry("operator", "Example Net")
				.doesNotContainKey("client_address");
			for (String other : List.of("/b", "/c", "/d")) {
				assertThat(application.requests(other).get(0).fields()).doesNotContainKeys("country", "region",
						"operator");
			}
		}
	}

	@Test
	void aFileThatCannotBeReadIsNamed() {
		this.web.withPropertyValues("cairn.requests.geo.database=" + this.directory.resolve("missing.mmdb"))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("cairn.requests.geo.database")
				.hasMessageContaining("missing.mmdb"));
	}

	@Test
	void aMissingReaderIsNamed() {
		this.web.withClassLoader(new FilteredClassLoader(Reader.class))
			.withPropertyValues("cairn.requests.geo.database=geo.mmdb")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("cairn.requests.geo.database"));
		this.web.withClassLoader(new FilteredClassLoader(Reader.class))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aFileAndHeadersExcludeEachOther() {
		this.web.withPropertyValues("cairn.requests.geo.database=geo.mmdb", "cairn.requests.geo.headers=CF-IPCountry")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("cairn.requests.geo.database"));
	}

	@Test
	void theResolverOfTheApplicationIsIsolatedAndAHeaderTakesPrecedence() {
		try (RunningApplication application = RunningApplication.start(ResolverApplication.class,
				"cairn.requests.headers.country=X-Country")) {
			application.get("/a");
			application.get("/b", "X-Country", "DE");
			application.get("/c", "X-Fails", "yes");
			assertThat(application.requests("/a").get(0).fields()).containsEntry("country", "CH");
			assertThat(application.requests("/b").get(0).fields()).containsEntry("country", "DE");
			assertThat(application.requests("/c").get(0).fields()).doesNotContainKey("country")
				.containsEntry("status", 200);
			assertThat(application.bean(Ledger.class).failures().keySet())
				.anyMatch((name) -> name.startsWith("geo resolver"));
		}
	}

	/** Writes MaxMind's format, with one network of 24 bits. */
	private static byte[] database(int[] network, Map<String, Object> place) {
		int nodes = 24;
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		for (int node = 0; node < nodes; node++) {
			int bit = (network[node / 8] >> (7 - node % 8)) & 1;
			int next = (node < nodes - 1) ? node + 1 : nodes + 16;
			for (int side = 0; side < 2; side++) {
				int record = (side == bit) ? next : nodes;
				out.write(record >> 16);
				out.write(record >> 8);
				out.write(record);
			}
		}
		out.writeBytes(new byte[16]);
		write(out, place);
		out.writeBytes(new byte[] { (byte) 0xab, (byte) 0xcd, (byte) 0xef });
		out.writeBytes("MaxMind.com".getBytes(StandardCharsets.US_ASCII));
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("node_count", nodes);
		metadata.put("record_size", 24);
		metadata.put("ip_version", 4);
		metadata.put("database_type", "Test");
		metadata.put("languages", new ArrayList<>());
		metadata.put("binary_format_major_version", 2);
		metadata.put("binary_format_minor_version", 0);
		metadata.put("build_epoch", 1L);
		metadata.put("description", Map.of());
		write(out, metadata);
		return out.toByteArray();
	}

	private static void write(ByteArrayOutputStream out, Object value) {
		if (value instanceof Map<?, ?> map) {
			out.write(7 << 5 | map.size());
			map.forEach((key, each) -> {
				write(out, key);
				write(out, each);
			});
		}
		else if (value instanceof List<?> list) {
			out.write(list.size());
			out.write(11 - 7);
			list.forEach((each) -> write(out, each));
		}
		else if (value instanceof String text) {
			byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
			assertThat(bytes.length).isLessThan(29 + 256);
			out.write(2 << 5 | Math.min(bytes.length, 29));
			if (bytes.length >= 29) {
				out.write(bytes.length - 29);
			}
			out.writeBytes(bytes);
		}
		else if (value instanceof Long number) {
			out.write(1);
			out.write(9 - 7);
			out.write(number.intValue());
		}
		else {
			out.write(5 << 5 | 1);
			out.write((Integer) value);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ShopController.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ShopController.class)
	static class ResolverApplication {

		@Bean
		GeoResolver geoResolver() {
			return (request) -> {
				if (request.header("X-Fails") != null) {
					throw new IllegalStateException("no idea");
				}
				return new GeoResolver.Place("CH", null, null);
			};
		}

	}

	@RestController
	static class ShopController {

		@GetMapping({ "/a", "/b", "/c", "/d" })
		String nothing() {
			return "";
		}

	}

}
