package dev.cairn.spring.autoconfigure;

import dev.cairn.Ledger;
import dev.cairn.Redactor;
import dev.cairn.spring.metrics.CairnMeters;
import dev.cairn.spring.metrics.RedactingMeterFilter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the Ledger as meters, and for
 * tags without secrets.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("meters")
@ConditionalOnClass(MeterRegistry.class)
@EnableConfigurationProperties(MetersProperties.class)
public final class MetersAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CairnMeters cairnMeters(Ledger ledger) {
		return new CairnMeters(ledger);
	}

	@Bean
	@ConditionalOnMissingBean
	RedactingMeterFilter cairnRedactingMeterFilter(Redactor redactor) {
		return new RedactingMeterFilter(redactor);
	}

}
