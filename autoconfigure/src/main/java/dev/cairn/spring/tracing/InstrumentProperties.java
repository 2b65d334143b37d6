package dev.cairn.spring.tracing;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of spans.
 *
 * @param instrument Technologies whose calls become spans, or all.
 * @param requireParent Whether to drop spans of clients that begin a trace, such as those
 * of a connection pool.
 * @param slowQuery Duration from which a JDBC statement is logged. Zero for never.
 */
@ConfigurationProperties("cairn.tracing")
record InstrumentProperties(@DefaultValue List<Instrument> instrument, @DefaultValue("false") boolean requireParent,
		@DefaultValue("0s") Duration slowQuery) {
}
