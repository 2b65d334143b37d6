package dev.cairn.spring.live;

import java.time.Clock;

import dev.cairn.Origin;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import org.apache.datasketches.hll.Union;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for live counts of events, page
 * views, visitors and conversions, and the endpoint {@code cairnevents} that shows them.
 * Where the endpoint is not exposed nothing is counted.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn("live")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(CairnEventsEndpoint.class)
@EnableConfigurationProperties(LiveProperties.class)
public final class LiveAutoConfiguration {

	private static final String NO_SKETCH = "visitors are not counted: add org.apache.datasketches:datasketches-java, "
			+ "or a bean of type " + Audiences.class.getName();

	@Bean
	@ConditionalOnMissingBean
	LiveEvents cairnLiveEvents(LiveProperties properties, ObjectProvider<Audiences> audiences) {
		return new LiveEvents(properties.toPages(), properties.checkedTypes(), properties.toConversions(),
				properties.checkedConversionVisitors(), audiences.getIfAvailable(() -> () -> Audience.UNKNOWN),
				Clock.systemUTC());
	}

	@Bean
	@ConditionalOnMissingBean
	CairnEventsEndpoint cairnEventsEndpoint(Origin origin, LiveEvents events, ObjectProvider<Audiences> audiences) {
		return new CairnEventsEndpoint(origin.service(), events,
				(audiences.getIfAvailable() != null) ? null : NO_SKETCH);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Union.class)
	static class SketchConfiguration {

		@Bean
		@ConditionalOnMissingBean
		Audiences cairnAudiences() {
			return HllAudience::new;
		}

	}

}
