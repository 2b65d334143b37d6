package dev.cairn.spring.kafka.listener;

import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

import dev.cairn.context.BoundContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.apache.kafka.common.header.Header;

import org.springframework.kafka.support.micrometer.KafkaRecordSenderContext;

/**
 * Keeps the header of W3C Baggage that the application has added to a record. Bound
 * values are added to it later, but the setter of the observation replaces the header.
 */
final class RecordBaggage implements ObservationHandler<KafkaRecordSenderContext> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof KafkaRecordSenderContext;
	}

	@Override
	public void onStart(KafkaRecordSenderContext context) {
		StringJoiner known = new StringJoiner(",");
		for (Header header : context.getRecord().headers().headers(BoundContext.BAGGAGE)) {
			known.add((header.value() != null) ? new String(header.value(), StandardCharsets.UTF_8) : "");
		}
		if (known.length() > 0) {
			context.put(BoundContext.BAGGAGE, known.toString());
		}
	}

}
