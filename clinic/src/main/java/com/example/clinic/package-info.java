/**
 * A small application with JPA, Thymeleaf, validation and a cache. It does not know
 * Cairn.
 */
package com.example.clinic;
