package dev.cairn.collector;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.engine.EventSchemas;
import dev.cairn.redaction.Redactor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Compares the collector with a library for JSON Schema: accepted messages match the
 * published schema of the envelope, and refused ones do not.
 */
class ReceivedMessagesTests {

	private static final Origin HERE = new Origin("collector", null, null, "host", 1);

	private static final Sender SENDER = new Sender(
			new CollectorKey("key", "anonymous", List.of(CollectorKey.ANY), List.of(), 0),
			Instant.parse("2026-01-31T23:59:59.000001Z"), null);

	private static final JsonMapper JSON = new JsonMapper();

	private final ClassLoader loader = Objects.requireNonNull(getClass().getClassLoader());

	private final JsonReader reader = new JsonReader(16, 1);

	private final MessageReader messages = new MessageReader(HERE, Duration.ofMinutes(1),
			new KnownSchemas(this.loader, KnownSchemas.Unknown.MARK));

	private final Schema envelope = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
		.getSchema(Objects.requireNonNull(EventSchemas.find(EventSchemas.ENVELOPE, this.loader)), InputFormat.JSON);

	private String receive(String body) throws Exception {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		Received received = this.reader.readLine(bytes, 0, bytes.length);
		Message message = this.messages
			.read((received.values().containsKey("specversion")) ? CloudEvents.toMessage(received) : received, SENDER);
		return new String(MessageEncoder.cairn(Redactor.DEFAULT).encode(message, Limits.DEFAULT.maxBytes()).bytes(),
				StandardCharsets.UTF_8);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'type':'a'}",
			// Versions 1, 4, 7 and 8, none, and upper case
			"{'type':'a','id':'c232ab00-9414-11ec-b3c8-9f6bdeced846'}",
			"{'type':'a','id':'919108f7-52d1-4320-9bac-f847db4148a8'}",
			"{'type':'a','id':'017f22e2-79b0-7cc3-98c4-dc0c0c07398f'}",
			"{'type':'a','id':'320c3d4d-cc00-875b-8ec9-32d5f69181c0'}",
			"{'type':'a','id':'00000000-0000-0000-0000-000000000000'}",
			"{'type':'a','id':'919108F7-52D1-4320-9BAC-F847DB4148A8'}",
			"{'specversion':'1.0','type':'a','id':'A-1','source':'/pos/7'}",
			"{'type':'a','env_version':'0.8','timestamp':'2026-01-31T23:59:59.123','metlog_pid':7,'logger':'pos'}",
			"{'type':'a','timestamp':'2026-01-31T23:59:59+01:00','severity':0,'pid':0,'truncated':false}",
			"{'type':'a','service':'pos','environment':'test','release':'7','hostname':'pos-1','pid':7.0,"
					+ "'trace_id':'4bf92f3577b34da6a3ce929d0e0e4736','span_id':'00f067aa0ba902b7',"
					+ "'category':'quality','truncated':true,'payload':'x','fields':{'total':0.1,'none':null}}",
			"{'type':'a','span_id':'00f067aa0ba902b7'}" })
	void whatIsAcceptedMatchesThePublishedSchema(String body) throws Exception {
		assertThat(this.envelope.validate(receive(body.replace('\'', '"')), InputFormat.JSON)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "7", "", "919108f752d143209bacf847db4148a8", "919108f7-52d1-4320-9bac-f847db4148ag",
			"{919108f7-52d1-4320-9bac-f847db4148a8}", "919108f7-52d1-4320-9bac-f847db4148a8\\n" })
	void anIdThatIsNoUuidIsRefusedByBoth(String id) throws Exception {
		assertThatExceptionOfType(RefusedException.class)
			.isThrownBy(() -> receive("{\"type\":\"a\",\"id\":\"" + id + "\"}"))
			.satisfies((ex) -> assertThat(ex.field()).isEqualTo("id"));
		String valid = receive("{\"type\":\"a\"}");
		String invalid = valid.replace(JSON.readTree(valid).path("id").asString(), id);
		assertThat(this.envelope.validate(invalid, InputFormat.JSON)).hasSize(1);
	}

}
