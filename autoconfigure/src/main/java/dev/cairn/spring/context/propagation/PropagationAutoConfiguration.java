package dev.cairn.spring.context.propagation;

import java.util.List;

import dev.cairn.Cairn;
import dev.cairn.context.Signals;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.observation.ObservationRegistry;
import reactor.core.publisher.Hooks;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the propagation of the context
 * to other threads, and for the units of work and the failures of {@code @Async} calls
 * and command-line runs. Post-processors and listeners of the start act on their own
 * context, so each context of a hierarchy has them.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn
@ConditionalOnBean(Cairn.class)
@EnableConfigurationProperties(PropagationProperties.class)
public final class PropagationAutoConfiguration {

	/**
	 * Executors may be created with the first beans, so this must not depend on other
	 * beans. A bean of type {@code TaskDecorator}, as
	 * {@code spring.task.execution.propagate-context} adds one, could be ambiguous for
	 * the application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("context.propagation")
	@ConditionalOnClass(ContextSnapshot.class)
	static class ExecutorConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
		@ConditionalOnCairn(property = "spring.task.execution.propagate-context")
		static ContextExecutors cairnContextExecutors(ConfigurableListableBeanFactory beans, Environment environment) {
			return new ContextExecutors(beans,
					Binder.get(environment)
						.bind("cairn.context.propagation.exclude-executors", Bindable.listOf(String.class))
						.orElseGet(List::of));
		}

		@Bean
		@ConditionalOnCairn({ "context.propagation", "doctor" })
		@ConditionalOnBean(ContextExecutors.class)
		ExecutorsCheck cairnExecutorsCheck(ContextExecutors executors) {
			return new ExecutorsCheck(executors);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AdviceConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
		static AsyncMethods cairnAsyncMethods(ObjectProvider<AsyncCalls> calls, ObjectProvider<AsyncErrors> errors) {
			return new AsyncMethods(calls.getIfAvailable(), errors.getIfAvailable());
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		@ConditionalOnCairn("errors")
		@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
		static AsyncErrors cairnAsyncErrors(ObjectProvider<Cairn> cairn, ObjectProvider<Incidents> incidents,
				ObjectProvider<AsyncConfigurer> configurers) {
			return new AsyncErrors(cairn, incidents, configurers);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("context.propagation")
	@ConditionalOnClass({ ContextSnapshot.class, ObservationRegistry.class })
	static class AsyncConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		@ConditionalOnMissingBean
		static AsyncCalls cairnAsyncCalls(ObjectProvider<Signals> signals,
				ObjectProvider<ObservationRegistry> observations, ObjectProvider<Extensions> extensions) {
			return new AsyncCalls(new TaskRuns(signals, observations, extensions));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("context.propagation")
	@ConditionalOnClass(ObservationRegistry.class)
	static class RunnersConfiguration {

		@Bean
		@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
		CommandLineRun cairnCommandLineRun(ApplicationContext context, ObjectProvider<Signals> signals,
				ObjectProvider<ObservationRegistry> observations, ObjectProvider<Extensions> extensions) {
			return new CommandLineRun(context, new TaskRuns(signals, observations, extensions));
		}

	}

	/** For Reactor without the module of Boot, such as with Lettuce. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn("context.propagation")
	@ConditionalOnClass({ Hooks.class, ContextSnapshot.class })
	@ConditionalOnMissingClass("org.springframework.boot.reactor.autoconfigure.ReactorAutoConfiguration")
	static class ReactorConfiguration {

		@Bean
		@Lazy(false)
		SmartInitializingSingleton cairnReactorPropagation(Environment environment) {
			return () -> {
				if ("auto".equalsIgnoreCase(environment.getProperty("spring.reactor.context-propagation"))) {
					Hooks.enableAutomaticContextPropagation();
				}
			};
		}

	}

}
