package dev.cairn.spring.tracing;

import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.util.List;

import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.Ports;
import dev.cairn.testing.Prerequisites;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for Jedis, with Spring Data and a real server.
 */
class RedisClientTests {

	private static Process server;

	private static RunningApplication application;

	private static int port;

	@BeforeAll
	static void start(@TempDir File directory) throws IOException {
		assumeTrue(Prerequisites.met("the test with Jedis", "src/backends/backends.sh install redis, as root",
				"redis-server"));
		port = Ports.free();
		server = new ProcessBuilder("redis-server", "--bind", "127.0.0.1", "--port", String.valueOf(port), "--save", "")
			.directory(directory)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectErrorStream(true)
			.start();
		Awaitility.await().ignoreExceptions().until(() -> {
			new Socket("127.0.0.1", port).close();
			return true;
		});
		application = start("cairn.tracing.instrument=redis");
	}

	private static RunningApplication start(String property) {
		return RunningApplication.startWithoutWeb(Application.class, property, "redis.port=" + port,
				"management.tracing.sampling.probability=1");
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
		if (server != null) {
			server.destroyForcibly();
		}
	}

	@BeforeEach
	void forget() {
		spans().clear();
	}

	private static RecordedSpans spans() {
		return application.bean(RecordedSpans.class);
	}

	private static StringRedisTemplate template() {
		return application.bean(StringRedisTemplate.class);
	}

	@Test
	void aCommandIsASpan() {
		template().opsForValue().set("order", "7");
		assertThat(template().opsForValue().get("order")).isEqualTo("7");
		SpanData get = spans().only("get");
		assertThat(get.getKind()).isEqualTo(SpanKind.CLIENT);
		assertThat(RecordedSpans.tag(get, "db.system")).isEqualTo("redis");
		assertThat(RecordedSpans.tag(get, "db.operation")).isEqualTo("get");
		assertThat(spans().all()).extracting(SpanData::getName).containsExactly("set", "get");
		assertThat(spans().all().toString()).doesNotContain("order");
	}

	@Test
	void commandsInAPipelineAndInATransactionAreOneSpan() {
		List<Object> results = template().executePipelined((RedisCallback<Object>) (connection) -> {
			connection.stringCommands().set("a".getBytes(), "1".getBytes());
			connection.stringCommands().get("a".getBytes());
			return null;
		});
		assertThat(results).endsWith("1");
		assertThat(spans().all()).extracting(SpanData::getName).containsExactly("closepipeline");
		forget();
		template().execute(new SessionCallback<Object>() {

			@Override
			public <K, V> Object execute(RedisOperations<K, V> operations) throws DataAccessException {
				operations.multi();
				operations.opsForValue().get("a");
				return operations.exec();
			}

		});
		assertThat(spans().all()).extracting(SpanData::getName).containsExactly("multi", "exec");
	}

	@Test
	void aFailedCommandMarksItsSpan() {
		template().opsForValue().set("text", "no number");
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> template().opsForValue().increment("text"));
		assertThat(spans().only("incr").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
	}

	@Test
	void anyCommandAndTheConnectionOfJedisCanBeUsed() {
		Object pong = template().execute((RedisConnection connection) -> connection.execute("PING"));
		assertThat((byte[]) pong).asString().isEqualTo("PONG");
		assertThat(spans().only("ping").getKind()).isEqualTo(SpanKind.CLIENT);
		Object jedis = template().execute((RedisConnection connection) -> connection.getNativeConnection());
		assertThat(jedis.getClass().getPackage()).isEqualTo(Jedis.class.getPackage());
		assertThat(application.bean(JedisConnectionFactory.class).getPort()).isEqualTo(port);
	}

	@Test
	void nothingIsChangedUnlessSelected() {
		try (RunningApplication other = start("cairn.tracing.instrument=http")) {
			assertThat(other.bean(JedisConnectionFactory.class)).isExactlyInstanceOf(JedisConnectionFactory.class);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(RecordedSpans.class)
	static class Application {

		@Bean
		JedisConnectionFactory connections(Environment environment) {
			return new JedisConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1",
					environment.getRequiredProperty("redis.port", Integer.class)));
		}

		@Bean
		StringRedisTemplate template(JedisConnectionFactory connections) {
			return new StringRedisTemplate(connections);
		}

	}

}
