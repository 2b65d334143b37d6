package dev.cairn.spring.core;

import dev.cairn.ApplicationFrames;

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
 * by call: presets and call sites.
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
			ObjectProvider<ApplicationFrames> frames) {
		return (builder) -> {
			presets.toPresets().forEach(builder::preset);
			builder.callSite(events.callSite());
			builder.applicationFrames(frames.getIfAvailable(() -> ApplicationFrames.DEFAULT)::contains);
		};
	}

}
