package dev.cairn.spring.guest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import jakarta.servlet.ServletContext;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the failures of a WebSocket endpoint of Tomcat, which logs what the endpoint
 * does not handle.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebSocketFailureTests {

	private static final String LOGGER = "org.apache.tomcat.websocket.pojo.PojoEndpointBase";

	private RunningApplication application;

	@BeforeAll
	void start() {
		this.application = RunningApplication.start(EndpointApplication.class, TestServers.TOMCAT);
	}

	@BeforeEach
	void forget() {
		this.application.forget();
	}

	@AfterAll
	void stop() {
		this.application.close();
	}

	@Test
	void isNotThatAClientHasGone() {
		CompletableFuture<String> answer = new CompletableFuture<>();
		WebSocket socket = connect(answer);
		socket.sendText("hello", true);
		assertThat(answer.join()).isEqualTo("hello");
		int before = lines();
		socket.abort();
		RunningApplication.await(() -> lines() > before);
		assertThat(this.application.incidents()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "state, no state", "connection, Connection reset" })
	void isAnExceptionOfTheEndpoint(String kind, String message) {
		WebSocket socket = connect(new CompletableFuture<>());
		socket.sendText(kind, true);
		assertThat(this.application.onlyIncident().thrown()).hasStackTraceContaining(message);
		socket.abort();
	}

	private static int lines() {
		return (int) RunningApplication.logEvents()
			.stream()
			.filter((line) -> line.getLoggerName().equals(LOGGER))
			.count();
	}

	private WebSocket connect(CompletableFuture<String> answer) {
		return HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.buildAsync(URI.create("ws://127.0.0.1:" + this.application.port() + "/echo"), new WebSocket.Listener() {

				@Override
				public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
					answer.complete(data.toString());
					return null;
				}

			})
			.join();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class EndpointApplication {

		@Bean
		SmartInitializingSingleton endpoints(ServletContext context) {
			return () -> {
				try {
					((ServerContainer) context.getAttribute(ServerContainer.class.getName())).addEndpoint(Echo.class);
				}
				catch (DeploymentException ex) {
					throw new IllegalStateException(ex);
				}
			};
		}

	}

	/** Has no method for errors. */
	@ServerEndpoint("/echo")
	public static class Echo {

		@OnMessage
		public String onMessage(String text) throws IOException {
			if (text.equals("state")) {
				throw new IllegalStateException("no state");
			}
			if (text.equals("connection")) {
				throw new IOException("Connection reset");
			}
			return text;
		}

	}

}
