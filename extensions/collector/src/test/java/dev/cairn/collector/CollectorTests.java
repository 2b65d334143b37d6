package dev.cairn.collector;

import java.net.http.HttpResponse;

import dev.cairn.delivery.MemorySink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the collector over HTTP.
 */
class CollectorTests {

	private static Running application;

	@BeforeAll
	static void start() {
		application = Running.start();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void clear() {
		application.bean(MemorySink.class).clear();
	}

	@Test
	void anArrayHasOneAnswerForEachMessage() {
		HttpResponse<String> response = application.post("""
				[{"type": "order.placed", "fields": {"order_id": 7, "total": 78.0}},
				 {"type": "order.placed", "severity": 9},
				 {"id": "0199c1a0-0000-7000-8000-000000000001", "type": "order.paid", "service": "shop"}]""");
		assertThat(response.statusCode()).isEqualTo(202);
		JsonNode answer = Running.parse(response);
		assertThat(answer.path("accepted").asInt()).isEqualTo(2);
		assertThat(answer.path("refused").asInt()).isEqualTo(1);
		assertThat(answer.at("/messages/0/status").asString()).isEqualTo("accepted");
		assertThat(answer.at("/messages/1/status").asString()).isEqualTo("refused");
		assertThat(answer.at("/messages/1/field").asString()).isEqualTo("severity");
		assertThat(answer.at("/messages/2/id").asString()).isEqualTo("0199c1a0-0000-7000-8000-000000000001");
		assertThat(application.messages()).hasSize(2);
		assertThat(application.messages().get(0).id()).isEqualTo(answer.at("/messages/0/id").asString());
		assertThat(application.messages().get(0).fields()).containsEntry("order_id", 7L).containsKey("received_at");
		assertThat(application.messages().get(1).origin().service()).isEqualTo("shop");
	}

}
