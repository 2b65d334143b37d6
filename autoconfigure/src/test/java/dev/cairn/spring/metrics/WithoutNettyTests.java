package dev.cairn.spring.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import dev.cairn.Cairn;
import dev.cairn.spring.test.ClassPath;
import dev.cairn.testing.UdpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Starts an application whose copy of Micrometer's StatsD registry lacks the shaded
 * Netty, as in the documentation.
 */
class WithoutNettyTests {

	private static final String REGISTRY = "micrometer-registry-statsd";

	/** Micrometer's context propagation would look for what the services name. */
	private static final List<String> NETTY = List.of("io/micrometer/shaded/", "META-INF/native/",
			"META-INF/services/");

	@Test
	void metersAreSent(@TempDir Path directory) throws Exception {
		Path registry = ClassPath.find(REGISTRY);
		Path stripped = strip(registry, directory.resolve("registry.jar"));
		assertThat(Files.size(stripped)).isLessThan(Files.size(registry) / 20);
		try (UdpServer server = UdpServer.started()) {
			ClassPath.without(REGISTRY).with(stripped).run(Shop.class, String.valueOf(server.port()));
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(server.lines()).anyMatch((line) -> line.startsWith("orders")));
		}
	}

	private static Path strip(Path jar, Path target) throws IOException {
		try (ZipFile from = new ZipFile(jar.toFile());
				OutputStream file = Files.newOutputStream(target);
				ZipOutputStream to = new ZipOutputStream(file)) {
			List<? extends ZipEntry> kept = from.stream()
				.filter((entry) -> NETTY.stream().noneMatch(entry.getName()::startsWith))
				.toList();
			for (ZipEntry entry : kept) {
				to.putNextEntry(new ZipEntry(entry.getName()));
				from.getInputStream(entry).transferTo(to);
				to.closeEntry();
			}
		}
		return target;
	}

	/**
	 * Runs in the other class loader.
	 */
	public static final class Shop {

		private Shop() {
		}

		/**
		 * Counts an order.
		 * @param arguments the port of the StatsD server
		 */
		public static void run(String... arguments) {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.NONE)
				.run("--spring.main.banner-mode=off", "--logging.level.root=error", "--cairn.file.enabled=false",
						"--management.statsd.metrics.export.host=127.0.0.1",
						"--management.statsd.metrics.export.port=" + arguments[0],
						"--management.statsd.metrics.export.flavor=etsy", "--cairn.shutdown-timeout=30s")) {
				context.getBean(Cairn.class).incr("orders");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
