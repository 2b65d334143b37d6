package dev.cairn.spring.context;

import dev.cairn.Trace;
import dev.cairn.delivery.Accounts;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.observation.ObservationHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/**
 * The headers of traces.
 */
@Configuration(proxyBeanMethods = false)
class TraceHeadersConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(TraceHeadersConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	TraceHeaders cairnTraceHeaders(Environment environment, ObjectProvider<Accounts> ledger) {
		SingletonSupplier<Accounts> accounts = SingletonSupplier.ofNullable(ledger::getIfAvailable);
		return TraceHeaders.of(environment, (header) -> count(accounts, header));
	}

	/** Requests may still be processed when the context is closed. */
	private static void count(SingletonSupplier<Accounts> accounts, String header) {
		try {
			Accounts known = accounts.get();
			if (known != null) {
				known.failed("malformed header " + header);
			}
		}
		catch (BeansException ex) {
			logger.debug("Cairn: a malformed header {} is not counted", header, ex);
		}
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
