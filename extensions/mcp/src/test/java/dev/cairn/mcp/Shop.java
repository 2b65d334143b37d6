package dev.cairn.mcp;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A running application with a real server, and clients of the MCP SDK.
 */
final class Shop implements AutoCloseable {

	static final String ON = "cairn.mcp.enabled=true";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ConfigurableApplicationContext context;

	private final List<McpSyncClient> clients = new ArrayList<>();

	private Shop(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static Shop start(String... properties) {
		return start(ShopApplication.class, properties);
	}

	static Shop start(Class<?> source, String... properties) {
		String[] arguments = new String[properties.length];
		for (int i = 0; i < properties.length; i++) {
			arguments[i] = "--" + properties[i];
		}
		return new Shop(new SpringApplicationBuilder(source).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"spring.application.name=shop", "cairn.kafka.spool.enabled=false", "cairn.incidents.interval=0")
			.run(arguments));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	int managementPort() {
		return this.context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
	}

	URI uri(String path) {
		return URI.create("http://127.0.0.1:" + port() + path);
	}

	HttpResponse<String> get(String path) {
		return send(HttpRequest.newBuilder(uri(path)).build());
	}

	/** Sends the first message of a client, with further headers. */
	HttpResponse<String> initialize(String... headers) {
		String message = """
				{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",
				"capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";
		return post(message, headers);
	}

	HttpResponse<String> post(String body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri("/actuator/cairnmcp"))
			.header("Accept", "application/json, text/event-stream")
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return send(request.build());
	}

	private static HttpResponse<String> send(HttpRequest request) {
		try {
			return http.send(request, HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Returns a client that is connected. */
	McpSyncClient client() {
		return client(port(), (request) -> {
		});
	}

	McpSyncClient client(int port, Consumer<HttpRequest.Builder> headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder();
		headers.accept(request);
		McpSyncClient client = McpClient
			.sync(HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + port)
				.endpoint("/actuator/cairnmcp")
				.requestBuilder(request)
				.jsonMapper(new JacksonMcpJsonMapper(JsonMapper.shared()))
				.build())
			.jsonSchemaValidator((schema, content) -> ValidationResponse.asValid(null))
			.requestTimeout(PATIENCE)
			.initializationTimeout(PATIENCE)
			.build();
		this.clients.add(client);
		client.initialize();
		return client;
	}

	static JsonNode call(McpSyncClient client, String tool, Map<String, Object> arguments) {
		CallToolResult result = client.callTool(new CallToolRequest(tool, arguments));
		if (Boolean.TRUE.equals(result.isError())) {
			throw new AssertionError(text(result));
		}
		return JsonMapper.shared().readTree(text(result));
	}

	/** Returns the error of a call. */
	static String refusal(McpSyncClient client, String tool, Map<String, Object> arguments) {
		CallToolResult result = client.callTool(new CallToolRequest(tool, arguments));
		if (!Boolean.TRUE.equals(result.isError())) {
			throw new AssertionError("not refused: " + text(result));
		}
		return text(result);
	}

	private static String text(CallToolResult result) {
		return ((TextContent) result.content().get(0)).text();
	}

	void stop() {
		this.context.close();
	}

	@Override
	public void close() {
		this.clients.forEach(McpSyncClient::close);
		this.context.close();
	}

}
