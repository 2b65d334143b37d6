package dev.cairn.spring.error;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;

import jakarta.annotation.PostConstruct;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Repository;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApplicationBeans}.
 */
class ApplicationBeansTests {

	private final DefaultListableBeanFactory factory = new DefaultListableBeanFactory();

	private final ProxyConfig proxies = new ProxyConfig();

	@BeforeEach
	void proxyClasses() {
		this.proxies.setProxyTargetClass(true);
		this.factory.registerSingleton(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME, this.proxies);
		this.factory.setBeanClassLoader(getClass().getClassLoader());
	}

	@ParameterizedTest
	@ValueSource(classes = { Plain.class, Stored.class, Web.class, Custom.class, Child.class, Started.class })
	void takesTheApplicationsOwn(Class<?> type) {
		assertThat(beans("dev.cairn.spring.error").matches(type)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(classes = { NoStereotype.class, Config.class, LiteConfig.class, Advice.class, RequestFilter.class,
			Listener.class, Factory.class, Scoped.class, Final.class, Sealed.class, FinalMethod.class,
			InheritedFinalMethod.class, OpenField.class, PrivateConstructor.class, PrivateListener.class,
			OfALibrary.class, ReadByItsClass.class, Value.class, Kind.class })
	void leavesAloneWhatIsOtherOrUnsafe(Class<?> type) {
		assertThat(beans("dev.cairn.spring.error").matches(type)).isFalse();
	}

	@Test
	void leavesOtherPackagesAlone() {
		assertThat(beans("com.example").matches(Plain.class)).isFalse();
		assertThat(beans("dev.cairn.spring.con").matches(Plain.class)).isFalse();
		assertThat(beans().matches(Plain.class)).isFalse();
	}

	@Test
	void takesNothingWhereProxiesAreOfInterfaces() {
		this.proxies.setProxyTargetClass(false);
		assertThat(beans("dev.cairn.spring.error").matches(Plain.class)).isFalse();
	}

	@Test
	void takesNothingWhereNobodyMakesProxies() {
		this.factory.destroySingleton(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME);
		assertThat(beans("dev.cairn.spring.error").matches(Plain.class)).isFalse();
	}

	private ApplicationBeans beans(String... packages) {
		return new ApplicationBeans(List.of(packages), this.factory);
	}

	@Service
	static class Plain {

		private final String name = "plain";

		void order(int id) {
		}

		private String name() {
			return this.name;
		}

	}

	@Repository
	static class Stored {

	}

	@RestController
	static class Web {

	}

	@Service
	@Retention(RetentionPolicy.RUNTIME)
	@interface UseCase {

	}

	@UseCase
	static class Custom {

	}

	@Service
	static class Child extends NoStereotype {

	}

	@Service
	static class Started {

		@PostConstruct
		private void start() {
		}

	}

	static class NoStereotype {

	}

	@Configuration
	static class Config {

	}

	@Component
	static class LiteConfig {

		@Bean
		String bean() {
			return "";
		}

	}

	@RestControllerAdvice
	static class Advice {

	}

	@Component
	static class RequestFilter implements Filter {

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) {
		}

	}

	@Component
	static class Listener implements ApplicationListener<ApplicationEvent> {

		@Override
		public void onApplicationEvent(ApplicationEvent event) {
		}

	}

	@Component
	static class Factory implements FactoryBean<String> {

		@Override
		public String getObject() {
			return "";
		}

		@Override
		public Class<?> getObjectType() {
			return String.class;
		}

	}

	@Component
	@Scope("prototype")
	static class Scoped {

	}

	@Service
	static final class Final {

	}

	@Service
	static sealed class Sealed permits Only {

	}

	static final class Only extends Sealed {

	}

	@Service
	static class FinalMethod {

		final String name() {
			return "";
		}

	}

	@Service
	static class InheritedFinalMethod extends FinalMethod {

	}

	@Service
	static class OpenField {

		String name = "open";

	}

	@Service
	static class PrivateConstructor {

		private PrivateConstructor() {
		}

		static class Known extends PrivateConstructor {

		}

	}

	@Service
	static class PrivateListener {

		@EventListener
		private void onEvent(ApplicationEvent event) {
		}

	}

	@Service
	static class OfALibrary extends SyncTaskExecutor {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Handles {

	}

	@Service
	@Handles
	static class ReadByItsClass {

	}

	@Component
	record Value(String name) {
	}

	@Component
	enum Kind {

		ONE

	}

}
