package dev.cairn.spring.error;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.spring.test.Contexts;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the arguments of {@link ErrorsAutoConfiguration}.
 */
class ArgumentsConfigurationTests {

	private final ApplicationContextRunner runner = Contexts.plain()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class))
		.withUserConfiguration(Shop.class, Plain.class, Proxies.class)
		.withPropertyValues("cairn.incidents.application-packages=dev.cairn.spring.error");

	@Test
	void recordsCallsOfABeanThatHasAProxy() {
		this.runner.run((context) -> {
			assertThat(context.getBean(Shop.class).order(7)).isEqualTo("tea 7");
			assertThat(failure(context.getBean(Shop.class), context)).singleElement().satisfies((call) -> {
				assertThat(call.className()).isEqualTo(Shop.class.getName());
				assertThat(call.methodName()).isEqualTo("cancel");
				assertThat(call.arguments()).isEqualTo(Map.of("id", "7"));
			});
		});
	}

	@Test
	void doesNotProxyABean() {
		this.runner.run((context) -> {
			assertThat(context.getBean(Plain.class)).satisfies((bean) -> {
				assertThat(bean.getClass()).isEqualTo(Plain.class);
				assertThat(bean.product).isEqualTo("tea");
			});
			assertThat(failure(context.getBean(Plain.class), context)).isEmpty();
		});
	}

	@Test
	void proxiesABeanOnRequest() {
		this.runner.withPropertyValues("cairn.errors.arguments.proxies=true").run((context) -> {
			assertThat(AopUtils.isCglibProxy(context.getBean(Plain.class))).isTrue();
			assertThat(failure(context.getBean(Plain.class), context)).hasSize(1);
			assertThat(failure(context.getBean(Shop.class), context)).hasSize(1);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.aop.auto=false", "spring.aop.proxy-target-class=false",
			"cairn.incidents.application-packages=", "cairn.errors.arguments.enabled=false" })
	void proxiesNoBeanWhereThisWouldChangeMore(String property) {
		this.runner.withPropertyValues("cairn.errors.arguments.proxies=true", property)
			.run((context) -> assertThat(context.getBean(Plain.class).getClass()).isEqualTo(Plain.class));
	}

	@Test
	void recordsCallsOfAProxyOfInterfaces() {
		this.runner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withUserConfiguration(Interfaces.class)
			.run((context) -> {
				Orders orders = context.getBean(Orders.class);
				assertThat(AopUtils.isJdkDynamicProxy(orders)).isTrue();
				assertThat(failure(orders, context)).singleElement().satisfies((call) -> {
					assertThat(call.className()).isEqualTo(Interfaces.Stored.class.getName());
					assertThat(call.arguments()).isEqualTo(Map.of("id", "7"));
				});
			});
	}

	@Test
	void recordsCallsOfABeanThatIsProxiedEarly() {
		this.runner.withAllowCircularReferences(true).withUserConfiguration(Early.class, Other.class).run((context) -> {
			assertThat(failure(context.getBean(Other.class).early, context)).hasSize(1);
			assertThat(context.getBean(Early.class)).isSameAs(context.getBean(Other.class).early);
		});
	}

	@Test
	void leavesOtherPackagesAlone() {
		this.runner.withPropertyValues("cairn.incidents.application-packages=com.example")
			.run((context) -> assertThat(failure(context.getBean(Shop.class), context)).isEmpty());
	}

	@Test
	void leavesAFrozenProxyAlone() {
		this.runner.withUserConfiguration(Frozen.class)
			.run((context) -> assertThat(failure(context.getBean("frozenOrders", Orders.class), context)).isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.enabled", "cairn.errors.enabled", "cairn.errors.arguments.enabled" })
	void isOffWhenSwitchedOff(String property) {
		this.runner.withPropertyValues(property + "=false").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(ProxiedBeans.class).doesNotHaveBean(FailedCalls.class);
			assertThat(context.getBean(Shop.class).order(7)).isEqualTo("tea 7");
		});
	}

	@Test
	void standsBackForTheBeansOfTheApplication() {
		this.runner.withUserConfiguration(Own.class).run((context) -> {
			assertThat(context).hasSingleBean(FailedCalls.class).hasSingleBean(ApplicationFrames.class);
			assertThat(context).hasBean("ownCalls").doesNotHaveBean("cairnFailedCalls");
			assertThat(context).hasBean("ownFrames").doesNotHaveBean("cairnApplicationFrames");
		});
	}

	private static List<CallPath.FailedCall> failure(Orders orders, ApplicationContext context) {
		Throwable thrown = catchThrowable(() -> orders.cancel(7));
		assertThat(thrown).isInstanceOf(IllegalStateException.class);
		return context.getBean(FailedCalls.class).of(thrown);
	}

	interface Orders {

		void cancel(int id);

	}

	@Service
	static class Shop implements Orders {

		private final String product = "tea";

		String order(int id) {
			return this.product + " " + id;
		}

		@Override
		public void cancel(int id) {
			throw new IllegalStateException("sent already");
		}

	}

	@Service
	static class Plain implements Orders {

		private final String product = "tea";

		@Override
		public void cancel(int id) {
			throw new IllegalStateException("sent already");
		}

	}

	@Service
	static class Early implements Orders {

		@Autowired
		private Other other;

		@Override
		public void cancel(int id) {
			throw new IllegalStateException("sent already " + this.other);
		}

	}

	@Service
	static class Other {

		@Autowired
		private Early early;

	}

	/** Proxies all but the plain bean, as an aspect of the application would. */
	@Configuration(proxyBeanMethods = false)
	static class Proxies {

		@Bean
		static Advisor proxies() {
			StaticMethodMatcherPointcut all = new StaticMethodMatcherPointcut() {

				@Override
				public boolean matches(Method method, Class<?> type) {
					return true;
				}

			};
			all.setClassFilter(
					(type) -> Orders.class.isAssignableFrom(type) && type != Plain.class && !Proxy.isProxyClass(type));
			return new DefaultPointcutAdvisor(all, (MethodInterceptor) MethodInvocation::proceed);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Interfaces {

		@Bean
		@Primary
		Orders stored() {
			return new Stored();
		}

		static class Stored implements Orders {

			@Override
			public void cancel(int id) {
				throw new IllegalStateException("sent already");
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Frozen {

		@Bean
		Orders frozenOrders() {
			ProxyFactory proxy = new ProxyFactory(new Interfaces.Stored());
			proxy.addAdvice((MethodInterceptor) MethodInvocation::proceed);
			proxy.setFrozen(true);
			return (Orders) proxy.getProxy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		static FailedCalls ownCalls() {
			return new FailedCalls();
		}

		@Bean
		ApplicationFrames ownFrames() {
			return ApplicationFrames.DEFAULT;
		}

	}

}
