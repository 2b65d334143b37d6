package dev.cairn.spring.context;

import dev.cairn.Trace;
import dev.cairn.delivery.Accounts;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.observation.ObservationHandler;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The headers of traces.
 */
@Configuration(proxyBeanMethods = false)
class TraceHeadersConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TraceHeaders cairnTraceHeaders(Environment environment, ObjectProvider<Accounts> ledger) {
		return TraceHeaders.of(environment,
				(header) -> ledger.ifAvailable((accounts) -> accounts.failed("malformed header " + header)));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn
	@ConditionalOnClass(ObservationHandler.class)
	static class ObservationConfiguration {

		@Bean
		@ConditionalOnMissingBean
		TraceSender cairnTraceSender(ObjectProvider<Trace.Source> traces) {
			return new TraceSender(traces.getIfAvailable(() -> Trace.Source.NONE));
		}

		@Bean
		@ConditionalOnMissingBean
		MalformedTraceHeaders cairnMalformedTraceHeaders(ObjectProvider<Trace.Source> traces, TraceHeaders headers) {
			return new MalformedTraceHeaders(traces.getIfAvailable(() -> Trace.Source.NONE), headers);
		}

	}

}
