package dev.cairn.spring.points;

import java.util.List;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Trace;
import dev.cairn.engine.Settings;
import dev.cairn.incident.Incidents;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.aop.Expression;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for events published by annotations
 * and by {@code cairn.points}. The advisors are created with the first bean, so they must
 * not depend on other beans.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@EnableConfigurationProperties(PointsProperties.class)
public final class PointsAutoConfiguration {

	/** Without an effect, and not created, when points are switched off. */
	@Bean
	@Lazy
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean
	static Points cairnPoints(ApplicationFrames application, ObjectProvider<Cairn> cairn,
			ObjectProvider<Trace.Source> trace, ObjectProvider<Redactor> redactor, Environment environment) {
		return new Points(PointsProperties.of(environment), application, cairn::getIfAvailable,
				Trace.Source.lazy(() -> trace.getIfAvailable(() -> Trace.Source.NONE)),
				(text) -> redactor.getIfAvailable(() -> Redactor.DEFAULT).redact(text));
	}

	@Bean(autowireCandidate = false)
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnCairn("events")
	static DefaultPointcutAdvisor cairnEventAdvisor(Points points) {
		return points.annotated().advisor();
	}

	@Bean
	@Lazy(false)
	@ConditionalOnCairn("events")
	@ConditionalOnMissingBean
	PointsValidator cairnPointsValidator(Points points, ConfigurableListableBeanFactory beans,
			ObjectProvider<Settings.Holder> settings) {
		return new PointsValidator(points, beans, settings);
	}

	@Bean
	@ConditionalOnCairn({ "events", "doctor" })
	UnmatchedPointsCheck cairnUnmatchedPointsCheck(PointsValidator validator) {
		return new UnmatchedPointsCheck(validator);
	}

	/**
	 * {@code @Telemetry} is validated whatever is switched off. Its advisor is created
	 * with the first bean, so it must not depend on other beans.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn
	static class TelemetryConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static TelemetryMethods cairnTelemetryMethods(ObjectProvider<Cairn> cairn, ObjectProvider<Incidents> incidents,
				ObjectProvider<Trace.Source> traces, Environment environment) {
			return new TelemetryMethods(Expression.Parser.of(environment), new CallFailures(cairn, incidents, traces),
					environment.getProperty("cairn.errors.enabled", Boolean.class, true),
					environment.getProperty("cairn.metrics.slow-calls.enabled", Boolean.class, true));
		}

		@Bean(autowireCandidate = false)
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DefaultPointcutAdvisor cairnTelemetryAdvisor(TelemetryMethods methods) {
			return methods.advisor();
		}

		@Bean
		@Lazy(false)
		SmartInitializingSingleton cairnTelemetryValidator(TelemetryMethods methods,
				ConfigurableListableBeanFactory beans) {
			return () -> methods.validate(beans);
		}

		@Bean
		@Lazy(false)
		ProxyValidator cairnProxyValidator(ConfigurableListableBeanFactory beans) {
			return new ProxyValidator(beans);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("events")
	@Import(PointAdvisors.class)
	static class AdvisorsConfiguration {

	}

	/**
	 * Registers an advisor for each configured point. An application that was processed
	 * ahead of time calls it again when it starts, without the condition.
	 */
	static class PointAdvisors implements BeanRegistrar {

		private static final List<String> SWITCHES = List.of("cairn.enabled", "cairn.events.enabled");

		@Override
		public void register(BeanRegistry registry, Environment environment) {
			if (!SWITCHES.stream().allMatch((name) -> environment.getProperty(name, Boolean.class, true))) {
				return;
			}
			PointsProperties.of(environment)
				.points()
				.forEach((name, point) -> registry.registerBean("cairnPoint." + name, DefaultPointcutAdvisor.class,
						(advisor) -> advisor.infrastructure()
							.notAutowirable()
							.supplier((context) -> context.bean(Points.class).configured(name, point).advisor())));
		}

	}

}
