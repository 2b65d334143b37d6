package dev.cairn.spring.live;

import java.time.InstantSource;

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
 * views, visitors and conversions, and for the {@code cairnevents} endpoint that exposes
 * them. Nothing is counted unless the endpoint is available.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn("live")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(CairnEventsEndpoint.class)
@EnableConfigurationProperties(LiveProperties.class)
public final class LiveAutoConfiguration {

	private static final String NOT_COUNTED = "visitors are not counted: add org.apache.datasketches:datasketches-java, "
			+ "or a bean of type " + VisitorCounter.Factory.class.getName();

	@Bean
	@ConditionalOnMissingBean
	LiveEvents cairnLiveEvents(LiveProperties properties, ObjectProvider<VisitorCounter.Factory> visitors) {
		return new LiveEvents(properties.toPages(), properties.toFunnels(), properties.conversionVisitors(),
				visitors.getIfAvailable(() -> () -> VisitorCounter.NONE), InstantSource.system());
	}

	@Bean
	@ConditionalOnMissingBean
	CairnEventsEndpoint cairnEventsEndpoint(Origin origin, LiveEvents events,
			ObjectProvider<VisitorCounter.Factory> visitors) {
		return new CairnEventsEndpoint(origin.service(), events,
				(visitors.getIfAvailable() != null) ? null : NOT_COUNTED);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Union.class)
	static class SketchConfiguration {

		@Bean
		@ConditionalOnMissingBean
		VisitorCounter.Factory cairnVisitorCounterFactory() {
			return HyperLogLogCounter::new;
		}

	}

}
