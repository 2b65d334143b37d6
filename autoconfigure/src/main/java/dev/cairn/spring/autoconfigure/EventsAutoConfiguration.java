package dev.cairn.spring.autoconfigure;

import dev.cairn.ApplicationFrames;
import dev.cairn.Deferral;
import dev.cairn.spring.autoconfigure.EventsProperties.Transactions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what the application publishes
 * by call: presets, call sites, and the transactions for which events wait.
 */
@AutoConfiguration
@ConditionalOnCairn
@EnableConfigurationProperties({ EventsProperties.class, PresetsProperties.class })
public final class EventsAutoConfiguration {

	/** First, so that the application's own customizers see what it did. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnMissingBean(name = "cairnEventsCustomizer")
	CairnBuilderCustomizer cairnEventsCustomizer(EventsProperties events, PresetsProperties presets,
			ObjectProvider<ApplicationFrames> frames, ObjectProvider<Deferral> deferral) {
		return (builder) -> {
			presets.toPresets().forEach(builder::preset);
			builder.callSite(events.callSite());
			builder.applicationFrames(frames.getIfAvailable(() -> ApplicationFrames.DEFAULT)::contains);
			if (events.transactions() == Transactions.AFTER_COMMIT) {
				deferral.ifAvailable(builder::deferral);
			}
		};
	}

}
