package dev.cairn.mcp;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts and stops an application in a process of its own. Refers to no class of the SDK.
 */
public final class StartedApplication {

	private StartedApplication() {
	}

	/**
	 * Starts and stops the application.
	 * @param arguments the value of {@code cairn.mcp.enabled}, and anything else to send
	 * a message to the endpoint
	 */
	public static void main(String[] arguments) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(ShopApplication.class)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"cairn.kafka.spool.enabled=false")
			.run("--cairn.mcp.enabled=" + arguments[0])) {
			if (arguments.length > 1) {
				connect(context.getEnvironment().getRequiredProperty("local.server.port"));
			}
		}
	}

	private static void connect(String port) throws Exception {
		HttpRequest ping = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/cairnmcp"))
			.header("Accept", "application/json, text/event-stream")
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"))
			.build();
		int status = HttpClient.newHttpClient().send(ping, HttpResponse.BodyHandlers.discarding()).statusCode();
		if (status != 200) {
			throw new IllegalStateException("status " + status);
		}
	}

}
