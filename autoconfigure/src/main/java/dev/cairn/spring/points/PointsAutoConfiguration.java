package dev.cairn.spring.points;

import dev.cairn.Cairn;
import dev.cairn.TraceSource;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.tracing.LazyTraceSource;

import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for events of annotations and of
 * {@code cairn.points}. What serves them is made with the first bean; what it needed
 * would be made before its time.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("events")
@EnableConfigurationProperties(PointsProperties.class)
@Import(PointsAutoConfiguration.PointAdvisors.class)
public final class PointsAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean
	static Points cairnPoints(ObjectProvider<Cairn> cairn, ObjectProvider<TraceSource> trace, Environment environment) {
		PointsProperties properties = PointsProperties.of(environment);
		return new Points(properties.toPoints(), properties.events().methodCalls(), cairn::getIfAvailable,
				new LazyTraceSource(() -> trace.getIfAvailable(() -> TraceSource.NONE)));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static PointsAdvisor cairnEventAdvisor(Points points) {
		return points.advisor();
	}

	@Bean
	@ConditionalOnMissingBean
	PointsCheck cairnPointsCheck(Points points, ConfigurableListableBeanFactory beans) {
		return new PointsCheck(points, beans);
	}

	/**
	 * An advisor for each point: Spring says the name of a bean only when it asks which
	 * advisors that gets.
	 */
	static class PointAdvisors implements BeanRegistrar {

		@Override
		public void register(BeanRegistry registry, Environment environment) {
			PointsProperties.of(environment)
				.points()
				.keySet()
				.forEach((name) -> registry.registerBean("cairnPoint." + name, PointsAdvisor.class,
						(advisor) -> advisor.infrastructure()
							.supplier((context) -> context.bean(Points.class).advisor(name))));
		}

	}

}
