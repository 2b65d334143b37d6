package dev.cairn.spring.guest;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * An application with Spring Security, in all ways in which users of a service log in,
 * and with method security. The class path has none of Boot's modules of Spring Security,
 * so the filter is registered as Boot does.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableWebSecurity
@EnableMethodSecurity
@Import({ SecuredApplication.Pages.class, SecuredApplication.Vault.class, SecuredApplication.OwnAdvice.class })
class SecuredApplication {

	private static final SecretKey KEY = new SecretKeySpec(
			"0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII), "HmacSHA256");

	static String token(String roles, Instant expiry) {
		try {
			SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256),
					new JWTClaimsSet.Builder().subject("joe")
						.claim("scope", roles)
						.expirationTime(Date.from(expiry))
						.build());
			token.sign(new MACSigner(KEY));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Bean
	DelegatingFilterProxyRegistrationBean securityFilter() {
		DelegatingFilterProxyRegistrationBean registration = new DelegatingFilterProxyRegistrationBean(
				"springSecurityFilterChain");
		registration.setOrder(-100);
		return registration;
	}

	@Bean
	@Order(1)
	SecurityFilterChain basic(HttpSecurity http) {
		return http.securityMatcher("/basic/**")
			.authorizeHttpRequests((
					requests) -> requests.requestMatchers("/basic/admin").hasRole("ADMIN").anyRequest().authenticated())
			.httpBasic(Customizer.withDefaults())
			.build();
	}

	@Bean
	@Order(2)
	SecurityFilterChain form(HttpSecurity http) {
		return http.securityMatcher("/form/**", "/login")
			.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.formLogin(Customizer.withDefaults())
			.csrf((csrf) -> csrf.disable())
			.build();
	}

	@Bean
	@Order(3)
	SecurityFilterChain token(HttpSecurity http) {
		return http.securityMatcher("/token/**")
			.authorizeHttpRequests((requests) -> requests.requestMatchers("/token/admin")
				.hasAuthority("SCOPE_admin")
				.anyRequest()
				.authenticated())
			.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()))
			.build();
	}

	@Bean
	@Order(4)
	SecurityFilterChain method(HttpSecurity http) {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.httpBasic(Customizer.withDefaults())
			.build();
	}

	@Bean
	JwtDecoder jwtDecoder() {
		JwtDecoder decoder = NimbusJwtDecoder.withSecretKey(KEY).build();
		return (token) -> {
			if (token.equals("unreachable")) {
				throw new JwtException("The keys cannot be fetched");
			}
			return decoder.decode(token);
		};
	}

	@Bean
	UserDetailsService users() {
		return (name) -> switch (name) {
			case "joe" -> User.withUsername("joe").password("{noop}secret").roles("USER").build();
			case "eve" -> User.withUsername("eve").password("{noop}secret").roles("ADMIN").build();
			case "broken" -> throw new IllegalStateException("the database of users is down");
			default -> throw new UsernameNotFoundException(name);
		};
	}

	@RestController
	static class Pages {

		private static final Logger logger = LoggerFactory.getLogger("com.example.Pages");

		private final Vault vault;

		Pages(Vault vault) {
			this.vault = vault;
		}

		@GetMapping({ "/basic/user", "/basic/admin", "/form/user", "/token/user", "/token/admin", "/fence" })
		Map<String, String> page() {
			return Map.of("own", "page");
		}

		@GetMapping("/method/controller")
		@PreAuthorize("hasRole('ADMIN')")
		Map<String, String> secured() {
			return page();
		}

		@GetMapping("/method/service")
		String service() {
			return this.vault.open();
		}

		@GetMapping("/method/wrapped")
		String wrapped() {
			try {
				return this.vault.open();
			}
			catch (AccessDeniedException ex) {
				throw new IllegalStateException("wrapped", ex);
			}
		}

		@GetMapping("/method/logged")
		String logged() {
			try {
				return this.vault.open();
			}
			catch (AccessDeniedException ex) {
				logger.error("no access", ex);
				throw ex;
			}
		}

		@GetMapping("/method/advised")
		String advised() {
			throw new AdvisedException("advised");
		}

		@GetMapping("/method/unavailable")
		String unavailable() {
			throw new AuthenticationServiceException("the directory is down");
		}

		@GetMapping("/method/fails")
		String fails() {
			throw new IllegalStateException("fails");
		}

	}

	static class Vault {

		@PreAuthorize("hasRole('ADMIN')")
		String open() {
			return "gold";
		}

	}

	@RestControllerAdvice
	static class OwnAdvice {

		@ExceptionHandler
		String handle(AdvisedException ex) {
			throw ex;
		}

	}

	@SuppressWarnings("serial")
	static class AdvisedException extends AccessDeniedException {

		AdvisedException(String message) {
			super(message);
		}

	}

}
